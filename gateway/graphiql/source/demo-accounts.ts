/** The accounts of the demo school, which the gateway writes into the page and only there. */

interface DemoAccount {
  login: string;
  password: string;
  who: string;
}

const page = document.getElementById("gradebook-page")?.textContent;

export const demoAccounts: DemoAccount[] = page ? (JSON.parse(page).demoAccounts ?? []) : [];
