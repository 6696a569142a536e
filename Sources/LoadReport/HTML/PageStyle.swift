/// How pages look: light and dark by the reader's choice, and light on paper (A4).
///
/// Colours of lines are Okabe and Ito's, which colour-blind readers can tell apart; lines differ in
/// width and dashes, too.
enum PageStyle {
  static let sheet = colours + "\n" + page + "\n" + figures + "\n" + paper

  private static let light = """
    --ground:#ffffff;--text:#1c2430;--faint:#5c6673;--grid:#e4e7eb;--rim:#9aa3ae;
    --panel:#f6f7f9;--good:#00724f;--bad:#b3261e;--goodground:#e3f4ec;--badground:#fbe6e3;
    --s1:#0072b2;--s2:#d55e00;--s3:#009e73;--s4:#cc5f9c;--s5:#b58900;--s6:#5c6673;
    --fault:#d9a400;
    """

  private static let dark = """
    --ground:#14181e;--text:#e6e9ed;--faint:#9aa5b1;--grid:#2a313a;--rim:#5f6b78;
    --panel:#1c222a;--good:#4fd1a1;--bad:#ff8a7a;--goodground:#12352a;--badground:#45201c;
    --s1:#5db5ee;--s2:#ff9248;--s3:#3fcfa0;--s4:#ee9cc8;--s5:#ecc94b;--s6:#9aa5b1;
    --fault:#e0b43a;
    """

  private static let colours = """
    :root{color-scheme:light dark;\(light)}
    @media screen and (prefers-color-scheme:dark){:root{\(dark)}}
    """

  private static let page = """
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--text);
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
    main{max-width:1020px;margin:0 auto;padding:32px 24px 64px}
    .kind{margin:0;color:var(--faint);font-size:13px;letter-spacing:.04em}
    h1{margin:0 0 4px;font-size:30px;line-height:1.2;overflow-wrap:anywhere}
    h2{margin:40px 0 12px;font-size:20px;line-height:1.25;overflow-wrap:anywhere}
    .about{margin:0 0 12px;max-width:70ch;color:var(--faint)}
    .note{max-width:80ch;color:var(--faint);font-size:14px}
    .judgement{margin:16px 0;padding:10px 14px;border-radius:6px;font-weight:600}
    .judgement.good{background:var(--goodground);color:var(--good)}
    .judgement.bad{background:var(--badground);color:var(--bad)}
    .remarks{margin:12px 0;padding:10px 14px 10px 32px;background:var(--panel);border-radius:6px}
    dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:10px 24px;
    margin:12px 0}
    dt{color:var(--faint);font-size:12.5px} dd{margin:0;overflow-wrap:anywhere}
    .table{overflow-x:auto;margin:12px 0}
    table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
    th{text-align:left;font-weight:600;color:var(--faint);vertical-align:bottom}
    th,td{padding:5px 12px 5px 0;border-bottom:1px solid var(--grid)}
    td{vertical-align:top;overflow-wrap:anywhere} td:not(.n){min-width:4em}
    th.n,td.n{text-align:right;padding:5px 0 5px 12px} td.n{white-space:nowrap}
    td.good,td.bad{font-weight:600;white-space:nowrap} td.good{color:var(--good)} td.bad{color:var(--bad)}
    td.faint{color:var(--faint)}
    """

  private static let figures = """
    .figures{display:grid;grid-template-columns:1fr 1fr;gap:20px;margin:12px 0}
    figure{margin:0;min-width:0} figure.wide{grid-column:1/-1}
    figure svg{display:block;width:100%;height:auto}
    figcaption{margin-top:4px;color:var(--faint);font-size:13px;line-height:1.4}
    figcaption b{color:var(--text)}
    @media screen and (max-width:760px){.figures{grid-template-columns:1fr}}
    svg text{font-family:inherit}
    .line{stroke:var(--c)} .fill{fill:var(--c)}
    .s1{--c:var(--s1)} .s2{--c:var(--s2)} .s3{--c:var(--s3)} .s4{--c:var(--s4)}
    .s5{--c:var(--s5)} .s6{--c:var(--s6)} .text{--c:var(--text)} .label{--c:var(--faint)}
    .grid{--c:var(--grid)} .rim{--c:var(--rim)} .bad{--c:var(--bad)} .fault{--c:var(--fault)}
    .band{opacity:.16} .under{opacity:.12} .dense{opacity:.45}
    rect.hover{fill:transparent} rect.hover:hover{fill:var(--text);opacity:.08}
    circle{stroke:var(--ground);stroke-width:1.5}
    """

  private static let paper = """
    @page{size:A4;margin:14mm 13mm}
    @media print{
    body{font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
    main{max-width:none;padding:0} h1{font-size:20pt} h2{font-size:13pt;margin:18pt 0 6pt}
    h2,th{break-after:avoid} figure,tr,dl,.judgement,.remarks{break-inside:avoid}
    .figures{gap:12px} table{font-size:8.5pt} th,td{padding:3px 8px 3px 0}
    th.n,td.n{padding:3px 0 3px 8px} figcaption,.note,dt{font-size:8.5pt} dd{font-size:9.5pt}
    }
    """
}
