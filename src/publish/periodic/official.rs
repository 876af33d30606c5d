//! Head and foot of an official report (Decree 30/2020/NĐ-CP, annex I), and the report as a document of a word
//! processor.

use super::PeriodReport;
use super::indicators::headings;
use crate::publish::PublishError;
use crate::publish::letters;
use crate::words::text;

/// What is written where an office has to fill something in.
const BLANK: &str = "……";

/// Widths of the columns of the indicators, in percent of the page.
const WIDTHS: [u8; 8] = [37, 10, 9, 9, 9, 9, 8, 9];

/// Head and foot, ready to be shown.
pub(super) struct Official {
    /// The body above the office; empty where none is.
    pub(super) above: String,
    pub(super) office: String,
    pub(super) number: String,
    pub(super) place_and_day: String,
    pub(super) recipients: Vec<String>,
    pub(super) signer_title: String,
    pub(super) signer: String,
}

impl Official {
    /// Those of a report, dated by the end of its period: the same report has the same bytes whenever it is made.
    pub(super) fn of(report: &PeriodReport) -> Self {
        let (lang, head) = (report.lang, &report.letterhead);
        let or = |text: &str, blank: &str| {
            let text = text.trim();
            if text.is_empty() { blank.to_owned() } else { text.to_owned() }
        };
        let day = report.bounds.to.date();
        Self {
            above: head.above.trim().to_owned(),
            office: or(&head.office, BLANK),
            number: text!(lang, "publish.periodic.number", number = or(&head.number, BLANK)),
            place_and_day: text!(
                lang,
                "publish.periodic.place_and_day",
                place = or(&head.place, BLANK),
                day = format!("{:02}", day.day()),
                month = format!("{:02}", day.month()),
                year = day.year()
            ),
            recipients: head.recipients.iter().map(|to| to.trim().to_owned()).collect(),
            signer_title: or(&head.signer_title, text!(lang, "publish.workbook.signed_by")),
            signer: head.signer.trim().to_owned(),
        }
    }
}

/// The report as a document of a word processor.
pub(super) fn docx(report: &PeriodReport) -> Result<Vec<u8>, PublishError> {
    letters::of_markup(&markup(report)).map_err(PublishError::Page)
}

/// The document as lines of the letters' markup.
fn markup(report: &PeriodReport) -> String {
    let (lang, official) = (report.lang, Official::of(report));
    let mut lines = Vec::new();
    let mut two = |left: &str, right: &str| lines.push(format!("{} || {}", one_line(left), one_line(right)));
    if !official.above.is_empty() {
        two(&official.above, "");
    }
    two(&official.office, text!(lang, "publish.periodic.state"));
    two(&official.number, text!(lang, "publish.periodic.motto"));
    lines.push(format!("> {}", one_line(&official.place_and_day)));
    lines.push(format!("# {}", report.title()));
    lines.push(format!("~ {}", report.subtitle()));
    lines.extend(report.facts().into_iter().map(|(label, text)| format!("{label}: {}", one_line(&text))));
    if report.has_runs() {
        lines.extend(report.sentences());
        let heads = headings(lang).into_iter().zip(WIDTHS);
        let heads: String = heads.map(|(head, width)| format!("| {head}:{width} ")).collect();
        lines.push(format!("{heads}|"));
        for indicator in report.indicators() {
            let figures = indicator.figures().map(|figure| figure.text(lang)).join(" | ");
            lines.push(format!("| {} | {figures} |", one_line(&indicator.title)));
        }
        lines.push(text!(lang, "publish.periodic.share_note").to_owned());
    } else {
        lines.push(text!(lang, "publish.periodic.nothing_to_report").to_owned());
    }
    let recipients = text!(lang, "publish.periodic.recipients");
    lines.push(format!("{recipients} || {}", one_line(&official.signer_title)));
    let mut recipients = official.recipients.iter().map(|to| format!("- {}", one_line(to)));
    lines.push(format!("{} || {}", recipients.next().unwrap_or_default(), one_line(&official.signer)));
    lines.extend(recipients.map(|to| format!("{to} || ")));
    lines.join("\n")
}

/// A text without what the markup would take for its own.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('|', "/").trim().to_owned()
}
