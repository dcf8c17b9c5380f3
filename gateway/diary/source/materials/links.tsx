/** What a material leads to; opening it is told to the gateway, by those who learn with it. */
import { useClient } from "urql";
import { type MaterialLinksFragment, OpenMaterialDocument } from "../generated/graphql";
import { t } from "../texts";

export function MaterialLinks({ one }: { one: MaterialLinksFragment }) {
  const client = useClient();

  function opened() {
    if (one.viewerMay.includes("openMaterial")) void client.mutation(OpenMaterialDocument, { input: { material: one.id } }).toPromise();
  }

  return (
    <ul className="files">
      {one.link && <li><a href={one.link} target="_blank" rel="noreferrer noopener" onClick={opened}>{t("open_link")}<span className="unseen">: {one.title}</span></a></li>}
      {one.files.map(({ id, name, url }) => <li key={id}><a href={url} download onClick={opened}>{name}</a></li>)}
    </ul>
  );
}
