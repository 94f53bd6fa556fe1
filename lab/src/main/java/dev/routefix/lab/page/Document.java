package dev.routefix.lab.page;

/** A report for a browser: one file that needs no other, light or dark as the reader has it. */
public final class Document {
    private static final String STYLE = """
        :root { color-scheme: light dark;
          --paper: #fbfaf7; --ink: #22262b; --soft: #6a717b; --line: #d9d6ce; --card: #ffffff;
          --good: #1c7c4a; --bad: #bf3030; --ask: #2b66c4; --ours: #e8f4ec; }
        @media (prefers-color-scheme: dark) { :root {
          --paper: #15181c; --ink: #e6e4df; --soft: #98a0aa; --line: #343a42; --card: #1d2126;
          --good: #58c48a; --bad: #f07070; --ask: #79a8f5; --ours: #1d3327; } }
        * { box-sizing: border-box }
        body { margin: 0 auto; padding: 3rem 1.5rem 4rem; max-width: 86rem; background: var(--paper); color: var(--ink);
          font: 16px/1.55 system-ui, sans-serif }
        h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.02em }
        h2 { font-size: 1.15rem; margin: 3rem 0 1rem }
        h3 { font-size: .95rem; margin: 0 0 .6rem }
        p { margin: 0 0 .6rem; max-width: 46rem } .soft { color: var(--soft) }
        .verdict { font-weight: 600 } .good { color: var(--good) } .bad { color: var(--bad) }
        .cards { display: grid; gap: 1.2rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)) }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem 1.2rem; overflow-x: auto }
        .card p:not(.verdict) { margin: .7rem 0 0; font-size: .92rem; color: var(--soft) }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
        th { text-align: left; font-weight: 600; color: var(--soft); font-size: .85rem }
        th, td { padding: .38rem .8rem .38rem 0; border-bottom: 1px solid var(--line) }
        tr:last-child td { border-bottom: 0 }
        .number { text-align: right; white-space: nowrap; padding-right: 1.4rem }
        .why { color: var(--soft); font-size: .82rem }
        .captures { grid-template-columns: repeat(auto-fit, minmax(25.5rem, 1fr)) }
        .capture { font: 12px/1.5 ui-monospace, monospace } .capture td, .capture th { padding: .2rem .6rem .2rem 0; white-space: nowrap }
        .capture td:first-child, .capture th:first-child { text-align: right }
        .capture tr.good td, .capture tr.bad td { font-weight: 700 }
        svg { width: 100%; height: auto; display: block; font-family: system-ui, sans-serif }
        svg text { fill: var(--ink); text-anchor: middle } svg .left, svg .label { text-anchor: start }
        .name { font-size: 15px; font-weight: 600 } svg .small { font-size: 12px; fill: var(--soft) }
        .box { fill: var(--card); stroke: var(--soft); stroke-width: 1.4 }
        .ours { fill: var(--ours); stroke: var(--good); stroke-width: 1.6 }
        .node { fill: none; stroke: var(--line); stroke-width: 2 }
        .lan { stroke: var(--soft); stroke-width: 4; stroke-linecap: round; opacity: .45 }
        .wire { stroke: var(--soft); stroke-width: 1.4; stroke-dasharray: 3 4 }
        .flow { fill: none; stroke-width: 3.2; stroke-linejoin: round }
        .request { stroke: var(--ask) } .right { stroke: var(--good) } .wrong { stroke: var(--bad) }
        .request-tip { fill: var(--ask) } .right-tip { fill: var(--good) } .wrong-tip { fill: var(--bad) }
        svg .label { font-size: 13px; font-weight: 600 } svg .request-label { fill: var(--ask) } svg .right-label { fill: var(--good) } svg .wrong-label { fill: var(--bad) }
        footer { margin-top: 3rem; color: var(--soft); font-size: .85rem }
        """;

    private Document() {}

    /** A whole document; {@code body} is HTML. */
    public static String of(String title, String body) {
        return """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>%s</title>
            <style>
            %s</style>
            %s</html>
            """.formatted(escape(title), STYLE, body);
    }

    /** A table's cell with a score such as 3/3, good if all tries went well. */
    public static String score(String score) {
        String[] parts = score.split("/", -1);
        boolean works = parts.length == 2 && parts[0].equals(parts[1]);
        return "<td class=\"number " + (works ? "good\">✓ " : "bad\">✗ ") + score;
    }

    /** Text as it is, whatever it holds. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
