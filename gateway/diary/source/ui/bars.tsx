/** How often each of several things was chosen: bars with their numbers beside them. */
import { t } from "../texts";

interface Props {
  label: string;
  bars: readonly { name: string; count: number }[];
}

export function Bars({ label, bars }: Props) {
  const all = bars.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <table className="bars">
      <caption className="unseen">{label}</caption>
      <thead className="unseen">
        <tr>
          <th scope="col">{t("answer")}</th>
          <th scope="col">{t("how_often")}</th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ name, count }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <svg aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">
                <rect width={(count / most) * 100} height="10" />
              </svg>{" "}
              {count} <small>{all > 0 && `${Math.round((count / all) * 100)} %`}</small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
