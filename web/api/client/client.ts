// A program that uses the API as a customer would: its types come from the OpenAPI document, so
// tsc fails if an operation, a parameter or a field is not as it is used here. It lists events,
// backtests a rule, and saves a rule that somebody else has changed meanwhile.
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

declare const process: { argv: string[]; env: Record<string, string>; exit(code: number): never };

// Lists are also CSV; the second type says that this client wants JSON.
const api = createClient<paths, "application/json" | "application/problem+json">({
  baseUrl: process.argv[2] + "/api/v1",
  headers: { Authorization: `Bearer ${process.env.REGWATCH_TOKEN}` },
});

function want(ok: boolean, what: string, got: unknown): asserts ok {
  if (!ok) {
    console.error(`${what}: ${JSON.stringify(got)}`);
    process.exit(1);
  }
}

// All events, two at a time.
const titles: string[] = [];
let cursor: string | undefined;
do {
  const page = await api.GET("/events", { params: { query: { limit: 2, severity: "high", cursor } } });
  want(page.data !== undefined, "list events", page.error);
  titles.push(...page.data.data.map((event) => event.title));
  cursor = page.data.next;
} while (cursor);
want(titles.length === 3 && new Set(titles).size === 3, "three events", titles);

// What a change of the rule would do.
const id = "stablecoins";
const rule = await api.GET("/rules/{id}", { params: { path: { id } } });
want(rule.data !== undefined, "get the rule", rule.error);
const mine = rule.data.text.replace("It matters.", "It matters to us.");
const trial = await api.POST("/rules/{id}/backtest", { params: { path: { id } }, body: { text: mine, newest: 5 } });
want(trial.data !== undefined, "backtest", trial.error);
want(trial.data.draft.events === 3 && trial.data.newest.length === 3, "the backtest finds three events", trial.data);

// Somebody else saves the rule first.
const save = (text: string, tag: string, key: string) =>
  api.PUT("/rules/{id}", { params: { path: { id }, header: { "If-Match": tag, "Idempotency-Key": key } }, body: { text } });
const theirs = await save(rule.data.text.replace("severity: high", "severity: low"), rule.response.headers.get("ETag")!, "theirs");
want(theirs.response.status === 200, "their change", theirs.error);
const conflict = await save(mine, rule.response.headers.get("ETag")!, "mine");
want(conflict.response.status === 412 && conflict.error !== undefined, "the conflict", conflict.data);
want(conflict.error.type.endsWith("#changed-meanwhile"), "the kind of the conflict", conflict.error);
const now = await api.GET("/rules/{id}", { params: { path: { id } } });
want(now.data !== undefined && now.response.headers.get("ETag") === conflict.response.headers.get("ETag"), "the rule as it is now", now.error);
const joined = now.data.text.replace("It matters.", "It matters to us.");
const saved = await save(joined, now.response.headers.get("ETag")!, "joined");
want(saved.response.status === 200 && saved.data?.title === "Stablecoins", "save both changes", saved.error);

// A mistake says where it is.
const wrong = await save(joined.replace("severity: low", "severity: lwo"), saved.response.headers.get("ETag")!, "wrong");
want(wrong.error?.problems?.[0]?.line === 5 && wrong.error.problems[0].column === 11, "the place of the mistake", wrong.error);
