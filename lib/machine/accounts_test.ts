import { assertEquals } from "@std/assert";
import { createAccounts } from "./accounts.ts";

const FILES: Record<string, string> = {
  "/etc/passwd":
    "root:x:0:0:root:/root:/bin/bash\njdoe:x:1000:1000::/home/jdoe:/bin/sh\nbroken:x\n",
  "/etc/group": "root:x:0:\njdoe:x:1000:\nproject:x:2000:jdoe,ann\n",
};

/** Accounts on a machine with these answers of programs. */
function accountsWith(answers: Record<string, string> = {}) {
  const asked: string[] = [];
  const accounts = createAccounts({
    readText: (path) => FILES[path],
    run(program, args) {
      const line = [program, ...args].join(" ");
      asked.push(line);
      const stdout = answers[line];
      return stdout === undefined
        ? { status: 2, stdout: "" }
        : { status: 0, stdout };
    },
  });
  return { ...accounts, asked };
}

Deno.test("createAccounts() finds users and groups in the files, by name and number", () => {
  const { user, group, asked } = accountsWith();
  assertEquals(user("jdoe"), {
    name: "jdoe",
    uid: 1000,
    gid: 1000,
    home: "/home/jdoe",
    shell: "/bin/sh",
  });
  assertEquals(user(0)?.name, "root");
  assertEquals(group("project"), {
    name: "project",
    gid: 2000,
    members: ["jdoe", "ann"],
  });
  assertEquals(user("broken"), undefined);
  assertEquals(asked, []);
});

Deno.test("createAccounts() asks the directory once for whom the files do not know", () => {
  const { user, group, asked } = accountsWith({
    "getent passwd -- ann": "ann:x:1001:100::/home/ann:/bin/bash\n",
  });
  assertEquals(user("ann")?.uid, 1001);
  assertEquals(user("ann")?.gid, 100);
  assertEquals([group("nobody"), group("nobody")], [undefined, undefined]);
  assertEquals(asked, ["getent passwd -- ann", "getent group -- nobody"]);
});

Deno.test("createAccounts() knows a user's groups from id, or else from the file", () => {
  const jdoe = accountsWith().user("jdoe")!;
  const { groupsOf } = accountsWith({ "id -G -- jdoe": "1000 4 27\n" });
  assertEquals(groupsOf(jdoe), [1000, 4, 27]);
  assertEquals(accountsWith().groupsOf(jdoe), [1000, 2000]);
});
