/** How an average went on, week by week. */
import { day, number } from "../texts";

interface Props {
  points: readonly { date: string; soFar: string }[];
  label: string;
}

const WIDTH = 260;
const HEIGHT = 64;
const MARGIN = 6;

export function Chart({ points, label }: Props) {
  if (points.length < 2) return null;
  const values = points.map(({ soFar }) => Number(soFar));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = (index: number) => MARGIN + (index / (points.length - 1)) * (WIDTH - 2 * MARGIN);
  const y = (value: number) => HEIGHT - MARGIN - ((value - least) / (most - least || 1)) * (HEIGHT - 2 * MARGIN);
  const line = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const said = points.map(({ date, soFar }) => `${day(date, { day: "numeric", month: "short" })}: ${number(soFar)}`);
  return (
    <figure className="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${label}. ${said.join("; ")}`}>
        <polyline points={line} />
        {values.map((value, index) => (
          <circle key={points[index]!.date} cx={x(index)} cy={y(value)} r="2.5">
            <title>{said[index]}</title>
          </circle>
        ))}
      </svg>
      <figcaption>{label}: {number(String(values[0]))} → {number(String(values.at(-1)))}</figcaption>
    </figure>
  );
}
