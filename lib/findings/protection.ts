/**
 * Words about protection: nobody but the site's own people can change it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const protectionWords = {
  "world-writable": {
    severity: "error",
    title: "Anyone on this machine can change the site",
    why:
      "Whoever can write to a file or a folder of the site can run programs as you and read your secrets. A mode such as 0777 never mends a permission problem; it only hides it.",
    mend: "Take the write permission from others. Nothing needs it.",
    example: "chmod o-w /site/www",
  },
  "group-writable": {
    severity: "warning",
    title: "A group that many people share can change the site",
    why:
      "The group is your primary group and does not bear your name, so it is probably one that all users are in. Whoever is in it can run programs as you.",
    mend:
      "Take the write permission from the group, or give the files to a group of your project with chgrp.",
    example: "chmod g-w /site/www",
  },
  "parent-writable": {
    severity: "warning",
    title: "Anyone can replace a folder above the site",
    why:
      "Whoever can write to a folder can rename what is in it, and put another site in the place of yours.",
    mend: "Take the write permission from others, or ask the folder's owner.",
    example: "chmod o-w /srv/projects",
  },
  "owner-foreign": {
    severity: "warning",
    title: "A part of the site belongs to another user",
    why:
      "The owner of a file can change it and its permissions at any time, and a folder of another user keeps yours from writing to it.",
    mend:
      "Ask the owner or an administrator to give it to the site's user, or replace it by a copy of your own.",
    example: "chown jdoe /site/www/app.js",
  },
  "setgid-missing": {
    severity: "advice",
    title: "New files will not belong to the project's group",
    why:
      "The site lies in a folder of a group. Without the setgid bit, what you create there gets your own primary group, and the others in the group cannot work with it.",
    mend: "Set the bit on the folder; new files and folders inherit the group.",
    example: "chmod g+s /site",
  },
} as const;
