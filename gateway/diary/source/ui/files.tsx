interface Shown {
  id: string;
  name: string;
  url: string;
}

/** Files as links that download them. */
export function Files({ files }: { files: readonly Shown[] }) {
  if (files.length === 0) return null;
  return (
    <ul className="files">
      {files.map(({ id, name, url }) => (
        <li key={id}><a href={url} download>{name}</a></li>
      ))}
    </ul>
  );
}
