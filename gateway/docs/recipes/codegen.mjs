/** Typed documents for Apollo and urql, what their caches have to know of the schema, and the
 * manifest of persisted documents, which GRADEBOOK_PERSISTED_DOCUMENTS names to the gateway. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { codegen } from "@graphql-codegen/core";
import { addTypenameSelectionDocumentTransform, preset } from "@graphql-codegen/client-preset";
import { buildSchema, isAbstractType, isObjectType, parse } from "graphql";

// Elsewhere: the address of a gateway and `/graphql/schema.graphql`.
const SDL = new URL("../../../schema/schema.graphql", import.meta.url);
const GENERATED = new URL("generated/", import.meta.url);
const SCALARS = { Date: "string", DateTime: "string", Decimal: "string", Time: "string", JSON: "unknown" };

const sdl = await readFile(SDL, "utf8");
const schema = buildSchema(sdl, { assumeValidSDL: true });
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
const rawSDL = await readFile(new URL("documents.graphql", import.meta.url), "utf8");

const sections = await preset.buildGeneratesSection({
  baseOutputDir: "generated/",
  schema: parse(sdl),
  schemaAst: schema,
  documents: [{ location: "documents.graphql", document: parse(rawSDL, { noLocation: true }), rawSDL }],
  documentTransforms: [{ name: "typename", transformObject: addTypenameSelectionDocumentTransform, config: {} }],
  config: { scalars: SCALARS, defaultScalarType: "unknown", enumsAsTypes: true, useTypeImports: true },
  presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: "sha256" } },
  pluginMap: {},
  plugins: [],
  pluginContext: {},
});
await mkdir(GENERATED, { recursive: true });
for (const section of sections) {
  const name = section.filename.replace("generated/", "");
  if (["graphql.ts", "persisted-documents.json"].includes(name)) {
    await writeFile(new URL(name, GENERATED), await codegen(section));
  }
}

/** `possibleTypes` of Apollo's cache, as `/docs/possible-types.json` of a gateway has it. */
const possibleTypes = Object.fromEntries(
  types.filter(isAbstractType).map((one) => [one.name, schema.getPossibleTypes(one).map(({ name }) => name)]),
);
/** Types without an id: a cache keeps them inside their parents. */
const keyless = types.filter((one) => isObjectType(one) && !one.getFields().id).map(({ name }) => name);
const known = { possibleTypes, keyless };
await writeFile(new URL("schema.json", GENERATED), JSON.stringify(known));

/** To this manifest Relay's compiler adds its documents. */
await writeFile(new URL("relay-documents.json", GENERATED), "{}\n");
await mkdir(new URL("relay/", GENERATED), { recursive: true });
