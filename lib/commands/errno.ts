/**
 * Why the system refused, in words for the one who asked.
 *
 * Pure.
 *
 * @module
 */

const REASONS: Record<string, string> = {
  EACCES: "permission denied",
  EPERM: "the operation is not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EEXIST: "somebody else has just created it",
  ENOTEMPTY: "somebody else has just filled it",
  EISDIR: "it is a folder",
  ENOENT: "it does not exist, or its folder takes no files",
  ENOTDIR: "a part of the path is not a folder",
  ELOOP: "a link on the way leads back to itself",
  ENAMETOOLONG: "the name is too long",
  ETXTBSY: "it is running",
};

/** An errno in words. */
export function errnoInWords(errno: string): string {
  return REASONS[errno] ?? `the system refuses (${errno})`;
}

/** Why an act was refused, in words; undefined for an error of ours. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return errnoInWords(String(error.code));
}
