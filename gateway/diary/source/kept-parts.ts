/** Answers that are kept on the device whole, as texts: record by record they would take as long to
 * write as to be asked for again. */
const DATABASE = "gradebook-journals";
const STORE = "parts";

function opened(): Promise<IDBDatabase> {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function request<Result>(mode: IDBTransactionMode, of: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result | undefined> {
  try {
    const database = await opened();
    return await new Promise((done, failed) => {
      const asked = of(database.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  } catch {
    return undefined; // a browser may allow none: then nothing is kept
  }
}

export async function keptPart<Data>(name: string): Promise<Data | undefined> {
  const text = await request<unknown>("readonly", (store) => store.get(name) as IDBRequest<unknown>);
  return typeof text === "string" ? (JSON.parse(text) as Data) : undefined;
}

export async function keepPart(name: string, data: unknown): Promise<void> {
  await request("readwrite", (store) => store.put(JSON.stringify(data), name));
}

export async function forgetParts(): Promise<void> {
  await request("readwrite", (store) => store.clear());
}
