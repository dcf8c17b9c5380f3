import { Component, type ReactNode } from "react";
import { t } from "../texts";

interface Props {
  /** The screen's address: another one is tried anew. */
  at: string;
  children: ReactNode;
}

/** Keeps the rest of the page where a screen fails. */
export class Boundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidUpdate(before: Props) {
    if (before.at !== this.props.at && this.state.failed) this.setState({ failed: false });
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div role="alert" className="notice problem">
        <p>{t("error_INTERNAL")}</p>
        <button type="button" onClick={() => location.reload()}>{t("try_again")}</button>
      </div>
    );
  }
}
