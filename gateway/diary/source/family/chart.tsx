/** How an average went on, week by week. */
import { averaged, day } from "../texts";

interface Props {
  points: readonly { date: string; soFar: string }[];
  label: string;
}

const WIDTH = 320;
const HEIGHT = 120;
const LEFT = 28;
const RIGHT = 12;
const ABOVE = 10;
const BELOW = 22;
const MOST_LINES = 5;
const SHORT = { day: "numeric", month: "short" } as const;

/** Whole marks around the values, as far apart as it takes for a few lines. */
function linesAround(values: readonly number[]): number[] {
  const least = Math.floor(Math.min(...values));
  const most = Math.max(Math.ceil(Math.max(...values)), least + 1);
  const apart = Math.ceil((most - least) / MOST_LINES);
  return Array.from({ length: Math.ceil((most - least) / apart) + 1 }, (_, index) => least + index * apart);
}

export function Chart({ points, label }: Props) {
  if (points.length < 2) return null;
  const values = points.map(({ soFar }) => Number(soFar));
  const lines = linesAround(values);
  const [least, most] = [lines[0]!, lines.at(-1)!];
  const [first, last] = [points[0]!.date, points.at(-1)!.date];
  const x = (index: number) => LEFT + (index / (points.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BELOW - ((value - least) / (most - least)) * (HEIGHT - ABOVE - BELOW);
  const line = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const said = points.map(({ date, soFar }) => `${day(date, SHORT)}: ${averaged(soFar)}`);
  return (
    <figure className="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${label}. ${said.join("; ")}`}>
        {lines.map((value) => (
          <g key={value} className="line">
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 6} y={y(value) + 4} textAnchor="end">{value}</text>
          </g>
        ))}
        <text x={LEFT} y={HEIGHT - 5}>{day(first, SHORT)}</text>
        <text x={WIDTH - RIGHT} y={HEIGHT - 5} textAnchor="end">{day(last, SHORT)}</text>
        <polyline points={line} />
        {values.map((value, index) => (
          <circle key={points[index]!.date} cx={x(index)} cy={y(value)} r="3">
            <title>{said[index]}</title>
          </circle>
        ))}
      </svg>
      <figcaption>{label}: {averaged(points[0]!.soFar)} → {averaged(points.at(-1)!.soFar)}</figcaption>
    </figure>
  );
}
