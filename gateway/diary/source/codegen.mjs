/** Types and documents from `documents/*.graphql` and the schema's snapshot, into `generated/`. */
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { codegen } from "@graphql-codegen/core";
import { preset } from "@graphql-codegen/client-preset";
import { formatDocument, gql, stringifyDocument } from "@urql/core";
import { Kind, TypeInfo, buildSchema, getNamedType, isAbstractType, isObjectType, parse, print, validate, visit, visitWithTypeInfo } from "graphql";

const SDL = new URL("../../../schema/schema.graphql", import.meta.url);
const DOCUMENTS = new URL("documents/", import.meta.url);
const GENERATED = new URL("generated/", import.meta.url);
const SCALARS = { Date: "string", DateTime: "string", Decimal: "string", Time: "string", JSON: "unknown" };
const ID = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "id" } };

const sdl = await readFile(SDL, "utf8");
const schema = buildSchema(sdl, { assumeValidSDL: true });
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));

/** Every record is asked for with its id, by which the cache keeps it once. */
function withIds(document) {
  const info = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(info, {
      SelectionSet: {
        leave(node, _key, parent) {
          const type = getNamedType(info.getParentType());
          const has = type && "getFields" in type && type.getFields().id;
          const asked = node.selections.some((one) => one.name?.value === "id" && !one.alias);
          if (!has || asked || parent?.kind === Kind.INLINE_FRAGMENT) return undefined;
          return { ...node, selections: [ID, ...node.selections] };
        },
      },
    }),
  );
}

async function documents() {
  const names = (await readdir(DOCUMENTS)).filter((name) => name.endsWith(".graphql")).sort();
  const read = names.map(async (name) => {
    const document = parse(await readFile(new URL(name, DOCUMENTS), "utf8"), { noLocation: true });
    const whole = withIds(document);
    return { location: name, document: whole, rawSDL: print(whole) };
  });
  return Promise.all(read);
}

function check(found) {
  const definitions = found.flatMap(({ document }) => document.definitions);
  const problems = validate(schema, { kind: Kind.DOCUMENT, definitions }).filter(
    ({ message }) => !message.startsWith("This anonymous operation"),
  );
  if (problems.length > 0) throw new Error(problems.map(String).join("\n"));
}

/** Object types without an id, which the cache keeps inside their parents. */
function keyless() {
  const roots = new Set(["Query", "Mutation", "Subscription"]);
  return types
    .filter((type) => isObjectType(type) && !type.getFields().id && !roots.has(type.name))
    .map(({ name }) => name);
}

/** The types of those interfaces that documents have fragments on. Even without any, the cache has to be
 * told: else it takes a fragment on another type for one on an interface, where its fields are known. */
function possibleTypes(found) {
  const conditions = new Set();
  const note = ({ typeCondition }) => void conditions.add(typeCondition?.name.value);
  for (const { document } of found) visit(document, { FragmentDefinition: note, InlineFragment: note });
  const abstract = types.filter((type) => isAbstractType(type) && conditions.has(type.name));
  return Object.fromEntries(abstract.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name).sort()]));
}

const manifest = {};
const texts = {};

/** The id by which the page names an operation to the gateway. The text is what the page sends where
 * its id is not known: the cache has added the types of all records. */
function persisted(operation) {
  const text = stringifyDocument(formatDocument(gql(operation)));
  const id = createHash("sha256").update(text).digest("hex");
  manifest[id] = text;
  texts[id] = operation;
  return id;
}

const ASKED = `import { gql } from "@urql/core";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
export const asked = <Data, Variables>(hash: string, text: string) =>
  Object.assign(gql(text), { __meta__: { hash } }) as unknown as TypedDocumentNode<Data, Variables>;
`;

/** Documents as texts, as their trees are several times as large; each is a module of its own, which
 * is loaded with the screens that ask for it and parsed then. */
async function writeAsTexts(generated) {
  const tree = /^export const (\w+) = \{"__meta__":\{"hash":"(\w+)"\},.*\} as unknown as DocumentNode<(.*), (.*)>;$/gm;
  const names = [];
  const modules = [];
  const types = generated.replace(tree, (_, name, id, data, variables) => {
    names.push(name);
    const text = `import type { ${data}, ${variables} } from "../graphql";
import { asked } from "../asked";
export const ${name} = /*#__PURE__*/ asked<${data}, ${variables}>(${JSON.stringify(id)}, ${JSON.stringify(texts[id])});
`;
    modules.push(writeFile(new URL(`operations/${name}.ts`, GENERATED), text));
    return `export { ${name} } from "./operations/${name}";`;
  });
  if (names.length !== Object.keys(texts).length) throw new Error("A document is not written as its text.");
  await Promise.all(modules);
  await writeFile(new URL("asked.ts", GENERATED), ASKED);
  await writeFile(new URL("graphql.ts", GENERATED), types);
}

const found = await documents();
check(found);
await rm(new URL("operations/", GENERATED), { recursive: true, force: true });
await mkdir(new URL("operations/", GENERATED), { recursive: true });
const sections = await preset.buildGeneratesSection({
  baseOutputDir: "generated/",
  schema: parse(sdl),
  schemaAst: schema,
  documents: found,
  config: { scalars: SCALARS, defaultScalarType: "unknown", enumsAsTypes: true, useTypeImports: true },
  presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: persisted } },
  pluginMap: {},
  plugins: [],
  pluginContext: {},
});
for (const section of sections) {
  if (section.filename.endsWith("graphql.ts")) {
    await writeAsTexts(await codegen(section));
  }
}
await writeFile(new URL("persisted-documents.json", GENERATED), JSON.stringify(manifest, null, 2));
await writeFile(new URL("keyless.json", GENERATED), JSON.stringify(keyless()));
await writeFile(new URL("possible-types.json", GENERATED), JSON.stringify(possibleTypes(found)));
