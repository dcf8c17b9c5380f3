/** Files are uploaded first, and attached by their ids then. */
import { headers, prefix } from "./gateway";
import type { Refusal } from "./outbox";

class NotUploaded extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** The id of the uploaded file; raises NotUploaded. */
async function upload(file: File, school: string, use: string): Promise<string> {
  const address = `${prefix}/files?${new URLSearchParams({ school, use })}`;
  const named = `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`;
  const sent = { ...headers, "Content-Type": "application/octet-stream", "Content-Disposition": named };
  const answer = await fetch(address, { method: "POST", body: file, headers: sent, credentials: "same-origin" }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (told?.file) return told.file.id;
  const error = told?.errors?.[0];
  throw new NotUploaded({ code: error?.extensions?.code ?? "NO_NETWORK", message: error?.message ?? "" });
}

/** Why an upload was refused; whatever else has failed is raised again. */
export function whyNotUploaded(failure: unknown): Refusal {
  if (failure instanceof NotUploaded) return failure.refusal;
  throw failure;
}

/** The files that were chosen in a form, in its field `files`. */
export function filesOf(fields: FormData): File[] {
  return fields.getAll("files").filter((one): one is File => one instanceof File && one.size > 0);
}

export async function uploadAll(files: File[], school: string, use: string): Promise<string[]> {
  const ids: string[] = [];
  for (const file of files) ids.push(await upload(file, school, use));
  return ids;
}
