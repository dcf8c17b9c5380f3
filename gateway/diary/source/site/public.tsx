/** What a school shows to whoever asks: its public pages and events, without a sign-in. */
import { useEffect } from "react";
import { Link } from "wouter";
import { useData } from "../epoch";
import { PublicSiteDocument, type PublicSiteQuery } from "../generated/graphql";
import { moment, moments, t, word } from "../texts";
import { Markdown } from "../ui/markdown";
import { Problem, Waiting } from "../ui/notices";
import { Preferences } from "../ui/preferences";

export const publicAddress = (school: string, slug?: string): string =>
  ["/diary/site", encodeURIComponent(school), ...(slug ? [encodeURIComponent(slug)] : [])].join("/");

export default function PublicSite({ school, slug }: { school: string; slug?: string }) {
  const { data, error, waiting } = useData(PublicSiteDocument, { school });
  const pages = data?.publicPages ?? [];
  const shown = slug ? pages.find((one) => one.slug === slug) : pages[0];
  const name = pages[0]?.school ?? t("diary");
  const title = shown?.title;
  useEffect(() => {
    if (title) document.title = `${title} · ${name}`;
  }, [title, name]);
  return (
    <>
      <a className="skip" href="#main">{t("skip")}</a>
      <header className="bar">
        <Link className="brand" href={publicAddress(school)}>{name}</Link>
        <nav aria-label={t("nav_site")}>
          <ul>
            {pages.map((one) => (
              <li key={one.slug}>
                <Link href={publicAddress(school, one.slug)} aria-current={one.slug === shown?.slug ? "page" : undefined}>{one.title}</Link>
              </li>
            ))}
          </ul>
        </nav>
        <details className="account">
          <summary>{t("diary")}</summary>
          <div>
            <Preferences />
            <p><Link href="/">{t("to_the_diary")}</Link></p>
          </div>
        </details>
      </header>
      <main id="main" tabIndex={-1}>
        {waiting && <Waiting />}
        {!waiting && !shown && <Problem error={error?.networkError ? error : undefined} />}
        {shown && (
          <article className="paper site-page">
            <h1>{shown.title}</h1>
            <Markdown html={shown.html} />
            <small>{moment(shown.changedAt)}</small>
          </article>
        )}
        {(data?.publicEvents.length ?? 0) > 0 && <Events events={data!.publicEvents} />}
      </main>
    </>
  );
}

function Events({ events }: { events: PublicSiteQuery["publicEvents"] }) {
  return (
    <section>
      <h2>{t("nav_events")}</h2>
      <ul className="notices">
        {events.map((one) => (
          <li key={`${one.startsAt} ${one.title}`}>
            {moments(one.startsAt, one.endsAt, one.timeZone)} <strong>{one.title}</strong>{" "}
            <small>{[word("event_kind", one.kind), one.location].filter(Boolean).join(" · ")}</small>
            {one.description && <p>{one.description}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
