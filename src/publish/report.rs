//! `report.html`: one self-contained page to look at and to print. It holds counts alone, no person.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::labels::{self, grouped};
use super::person::kind_word;
use super::summary::Summary;
use super::tables::{CommuneCount, Counts};
use crate::domain::{Kind, Lang, Pillar, Severity};

const STYLE: &str = include_str!("../../data/report.css");

/// What the previous run counted, read from its summary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Previous {
    /// The name of that run.
    pub run_id: String,
    /// Its as-of date.
    pub as_of: String,
    by_code: BTreeMap<String, u64>,
}

impl Previous {
    /// Reads the summary of a run folder; `None` where there is none that can be read.
    pub fn read(run: &Path) -> Option<Self> {
        let text = std::fs::read(run.join("summary.json")).ok()?;
        let summary: serde_json::Value = serde_json::from_slice(&text).ok()?;
        let by_code = summary.get("findings")?.get("by_code")?.as_object()?;
        Some(Self {
            run_id: summary.get("run")?.get("run_id")?.as_str()?.to_string(),
            as_of: summary.get("as_of")?.as_str()?.to_string(),
            by_code: by_code.iter().filter_map(|(code, n)| Some((code.clone(), n.as_u64()?))).collect(),
        })
    }

    fn of_pillar(&self, pillar: Pillar) -> u64 {
        let of = |code: &str| crate::domain::Code::parse(code).is_some_and(|code| code.pillar == pillar);
        self.by_code.iter().filter(|(code, _)| of(code)).map(|(_, n)| n).sum()
    }
}

/// The page.
pub(crate) fn page(summary: &Summary, counts: &Counts, previous: Option<&Previous>, lang: Lang) -> String {
    let mut page = Page { html: String::with_capacity(64 * 1024), lang };
    page.head(summary);
    page.pillars(counts, previous);
    page.codes(counts, previous);
    page.communes(&counts.by_commune);
    page.links(summary);
    page.inputs(summary);
    page.not_run(summary);
    page.html.push_str("</body>\n</html>\n");
    page.html
}

struct Page {
    html: String,
    lang: Lang,
}

impl Page {
    fn head(&mut self, summary: &Summary) {
        let lang = self.lang;
        let title = lang.pick(
            "Dữ liệu dân cư: đúng, đủ, sạch, sống",
            "Population records: correct, complete, clean, alive",
        );
        self.put(format_args!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n",
            lang.pick("vi", "en"),
        ));
        self.put(format_args!(
            "<p class=\"facts\">{} {} · {} {} · {}: {} · {} {}</p>\n",
            lang.pick("Ngày đối soát", "As of"),
            Escaped(&summary.as_of),
            lang.pick("lượt chạy", "run"),
            Escaped(&summary.run.run_id),
            lang.pick("số nhân khẩu", "residents"),
            grouped(summary.residents, lang),
            summary.program.name,
            summary.program.version,
        ));
    }

    fn pillars(&mut self, counts: &Counts, previous: Option<&Previous>) {
        let lang = self.lang;
        self.html.push_str("<section class=\"cards\">\n");
        for (pillar, count) in Pillar::ALL.into_iter().zip(counts.by_pillar) {
            self.put(format_args!(
                "<div class=\"card {}\">{}<b>{}</b>{}</div>\n",
                pillar.name(),
                pillar.title(),
                grouped(count, lang),
                previous.map_or_else(String::new, |p| change(count, p.of_pillar(pillar), lang)),
            ));
        }
        self.html.push_str("</section>\n");
        if let Some(previous) = previous {
            self.put(format_args!(
                "<p class=\"facts\">{} {} ({} {})</p>\n",
                lang.pick("So với lượt chạy", "Against the run"),
                Escaped(&previous.run_id),
                lang.pick("ngày đối soát", "as of"),
                Escaped(&previous.as_of),
            ));
        }
    }

    fn codes(&mut self, counts: &Counts, previous: Option<&Previous>) {
        let lang = self.lang;
        self.heading(lang.pick("Theo mã lỗi, nặng nhất trước", "By code, the gravest first"));
        let headings = lang.pick(
            ["Mã", "Nội dung", "Mức độ", "Số trường hợp", "Thay đổi", ""],
            ["Code", "Title", "Severity", "Cases", "Change", ""],
        );
        self.table_head(&headings, &[3, 4]);
        let most = counts.by_code.iter().map(|c| c.count).max().unwrap_or(1);
        for code in &counts.by_code {
            let before = previous.map(|p| p.by_code.get(&code.code).copied().unwrap_or(0));
            self.put(format_args!(
                "<tr><td>{}</td><td>{}</td><td{}>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
                 <td class=\"bar\">{}</td></tr>\n",
                code.code,
                Escaped(&code.title),
                if code.gravity == Severity::High { " class=\"high\"" } else { "" },
                labels::severity(code.gravity, lang),
                grouped(code.count, lang),
                before.map_or_else(String::new, |before| change(code.count, before, lang)),
                bar(&[(code.key.pillar.name(), code.count)], most),
            ));
        }
        // What the previous run still found and this one does not.
        let gone = previous
            .into_iter()
            .flat_map(|p| &p.by_code)
            .filter(|(code, n)| **n > 0 && !counts.by_code.iter().any(|c| c.code == **code));
        for (code, before) in gone {
            self.put(format_args!(
                "<tr><td>{}</td><td></td><td></td><td class=\"n\">0</td><td class=\"n\">{}</td><td></td></tr>\n",
                Escaped(code),
                change(0, *before, lang),
            ));
        }
        self.html.push_str("</tbody></table>\n");
    }

    fn communes(&mut self, communes: &[CommuneCount]) {
        let lang = self.lang;
        self.heading(lang.pick("Theo xã, phường", "By commune"));
        self.html.push_str("<p class=\"key\">");
        for pillar in Pillar::ALL {
            self.put(format_args!(
                "<span><i style=\"background:var(--{})\"></i>{}</span>",
                pillar.name(),
                pillar.title()
            ));
        }
        self.html.push_str("</p>\n");
        let mut headings = vec![lang.pick("Mã", "Code"), lang.pick("Xã, phường", "Commune")];
        headings.extend(Pillar::ALL.iter().map(|p| p.title()));
        headings.extend([lang.pick("Tổng", "Total"), ""]);
        self.table_head(&headings, &[2, 3, 4, 5, 6]);
        let most = communes.iter().map(|c| c.count).max().unwrap_or(1);
        for commune in communes {
            let name = match commune.commune.as_str() {
                "" => lang.pick("(chưa rõ)", "(not known)"),
                name => name,
            };
            self.put(format_args!(
                "<tr><td>{}</td><td>{}</td>",
                Escaped(&commune.commune_code),
                Escaped(name)
            ));
            for count in commune.by_pillar {
                self.put(format_args!("<td class=\"n\">{}</td>", grouped(count, lang)));
            }
            let parts: Vec<_> = Pillar::ALL.iter().map(|p| p.name()).zip(commune.by_pillar).collect();
            self.put(format_args!(
                "<td class=\"n\">{}</td><td class=\"bar\">{}</td></tr>\n",
                grouped(commune.count, lang),
                bar(&parts, most)
            ));
        }
        self.html.push_str("</tbody></table>\n");
    }

    fn links(&mut self, summary: &Summary) {
        let lang = self.lang;
        self.heading(lang.pick("Đối sánh", "Links"));
        let headings = lang.pick(
            ["Nguồn", "Trùng khớp", "Cần xác minh", "Không có trong dân cư"],
            ["Source", "Linked", "To be verified", "Not in the registry"],
        );
        self.table_head(&headings, &[1, 2, 3]);
        for (kind, counts) in &summary.links {
            self.put(format_args!("<tr><td>{}</td>", kind_name(kind, lang)));
            for count in [counts.link, counts.review, counts.none] {
                self.put(format_args!("<td class=\"n\">{}</td>", grouped(count, lang)));
            }
            self.html.push_str("</tr>\n");
        }
        self.html.push_str("</tbody></table>\n");
    }

    fn inputs(&mut self, summary: &Summary) {
        let lang = self.lang;
        self.heading(lang.pick("Tệp đầu vào", "Input files"));
        let headings = lang.pick(
            ["Tệp", "Loại", "Bảng mã", "Đã đọc", "Sử dụng", "Không đọc được", "Bỏ qua", "Trường hợp"],
            ["File", "Kind", "Encoding", "Read", "Used", "Rejected", "Skipped", "Cases"],
        );
        self.table_head(&headings, &[3, 4, 5, 6, 7]);
        for input in &summary.inputs {
            self.put(format_args!(
                "<tr><td>{}</td><td>{}</td><td>{}</td>",
                Escaped(&input.file),
                kind_name(input.kind, lang),
                Escaped(&input.encoding)
            ));
            for count in [input.read, input.used, input.rejected, input.skipped, input.findings] {
                self.put(format_args!("<td class=\"n\">{}</td>", grouped(count, lang)));
            }
            self.html.push_str("</tr>\n");
        }
        self.html.push_str("</tbody></table>\n");
    }

    fn not_run(&mut self, summary: &Summary) {
        if summary.not_run.is_empty() {
            return;
        }
        let lang = self.lang;
        self.heading(lang.pick("Luật chưa chạy", "Rules not run"));
        self.html.push_str("<ul>\n");
        for rule in &summary.not_run {
            let missing = rule.missing.join(", ");
            let why =
                if rule.off { lang.pick("tắt theo cấu hình", "switched off") } else { missing.as_str() };
            self.put(format_args!("<li>{}: {}</li>\n", rule.code, Escaped(why)));
        }
        self.html.push_str("</ul>\n");
    }

    fn heading(&mut self, text: &str) {
        self.put(format_args!("<h2>{}</h2>\n", Escaped(text)));
    }

    /// The head of a table; `numbers` are the columns that hold numbers.
    fn table_head(&mut self, headings: &[&str], numbers: &[usize]) {
        self.html.push_str("<table><thead><tr>");
        for (column, heading) in headings.iter().enumerate() {
            let class = if numbers.contains(&column) { " class=\"n\"" } else { "" };
            self.put(format_args!("<th{class}>{}</th>", Escaped(heading)));
        }
        self.html.push_str("</tr></thead><tbody>\n");
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.html.write_fmt(text);
    }
}

/// Text from data, safe within HTML.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

fn kind_name(kind: &str, lang: Lang) -> &'static str {
    Kind::from_name(kind).map_or("", |kind| kind_word(kind, lang))
}

/// A bar of stacked parts; `most` is the width of the whole column.
fn bar(parts: &[(&str, u64)], most: u64) -> String {
    let mut svg =
        String::from("<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    let scale = |n: u64| n as f64 * 100.0 / most.max(1) as f64;
    let mut before = 0;
    for (class, n) in parts.iter().filter(|(_, n)| *n > 0) {
        let (x, width) = (scale(before), scale(*n));
        let _ =
            write!(svg, "<rect class=\"{class}\" x=\"{x:.2}\" y=\"1\" width=\"{width:.2}\" height=\"8\"/>");
        before += n;
    }
    svg + "</svg>"
}

/// The change against the previous run, with its sign.
fn change(now: u64, before: u64, lang: Lang) -> String {
    match now.cmp(&before) {
        std::cmp::Ordering::Less => format!("▼ {}", grouped(before - now, lang)),
        std::cmp::Ordering::Equal => "=".to_string(),
        std::cmp::Ordering::Greater => format!("▲ {}", grouped(now - before, lang)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_data_is_escaped() {
        assert_eq!(Escaped("<b a='1'>&\"").to_string(), "&lt;b a=&#39;1&#39;&gt;&amp;&quot;");
    }

    #[test]
    fn bars_stack_their_parts() {
        let svg = bar(&[("dung", 1), ("du", 0), ("song", 3)], 4);
        assert!(svg.contains("class=\"dung\" x=\"0.00\" y=\"1\" width=\"25.00\""));
        assert!(svg.contains("class=\"song\" x=\"25.00\" y=\"1\" width=\"75.00\""));
        assert!(!svg.contains("\"du\""));
    }

    #[test]
    fn changes_bear_their_sign() {
        assert_eq!(change(5, 1005, Lang::Vi), "▼ 1.000");
        assert_eq!(change(5, 5, Lang::Vi), "=");
        assert_eq!(change(7, 5, Lang::En), "▲ 2");
    }
}
