//! `lamsach status` and `lamsach verify`: whether all is well, for people and for monitoring.

use std::fmt::Write as _;
use std::path::Path;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use super::{Session, printer};
use crate::archive::{Difference, Fault, Health, METRICS_MODE, Manifest, metrics};
use crate::cli::args::{StatusArgs, VerifyArgs};
use crate::cli::error::Error;
use crate::disk::Pointer;
use crate::disk::replace_file;
use crate::domain::{Lang, Pillar};
use crate::publish::grouped;

/// Differences named on the terminal.
const NAMED: usize = 50;

/// Says how the output folder stands; the exit code is that of the gravest fault.
pub(super) fn status(args: &StatusArgs, session: &mut Session) -> Result<(), Error> {
    let out = session.output_folder(args.out.as_deref(), args.config.as_deref())?;
    let lang = session.lang;
    let max_age = args.max_age.as_deref().map(age).transpose()?;
    if !out.is_dir() {
        let shown = out.display();
        return Err(Error::Input(lang.pick(
            format!("Không có thư mục kết quả {shown}; hãy kiểm tra đường dẫn."),
            format!("There is no output folder {shown}; check the path."),
        )));
    }
    let health = Health::of(&out, Timestamp::now(), max_age);
    if let Some(file) = &args.prometheus {
        write_metrics(&health, file, lang)?;
    }
    if args.json {
        let text = serde_json::to_string_pretty(&health).map_err(|e| Error::Internal(e.to_string()))?;
        printer::out(&format!("{text}\n"));
    } else if !session.quiet {
        printer::out(&text(&health, lang));
    }
    match &health.faults[..] {
        [] => Ok(()),
        faults => {
            let said = |lang| {
                faults.iter().map(|fault| fault_text(fault, lang)).collect::<Vec<_>>().join("; ") + "."
            };
            Err(Error::Unsound { vi: said(Lang::Vi), en: said(Lang::En), code: health.code() })
        }
    }
}

/// Holds a run folder against its manifest.
pub(super) fn verify(args: &VerifyArgs, session: &mut Session) -> Result<(), Error> {
    let run = match &args.run {
        Some(run) => run.clone(),
        None => session.output_folder(None, args.config.as_deref())?,
    };
    let lang = session.lang;
    // An output folder stands for its last run.
    let run = Pointer::of(&run).folder().unwrap_or(run);
    let shown = run.display();
    let failed = |error: std::io::Error| {
        Error::Input(lang.pick(
            format!("Không đọc được lượt chạy {shown} ({error}); hãy kiểm tra đường dẫn và quyền đọc."),
            format!("The run {shown} cannot be read ({error}); check the path and permissions."),
        ))
    };
    std::fs::read_dir(&run).map_err(failed)?;
    let unsound = |vi: String, en: String| Error::Unsound { vi, en, code: 12 };
    let manifest = match Manifest::read(&run) {
        Ok(Some(manifest)) => manifest,
        Ok(None) => {
            return Err(unsound(
                format!(
                    "{shown}: không có manifest.json nên không đối chiếu được; hãy chạy lại để có lượt mới."
                ),
                format!("{shown}: there is no manifest.json to check against; run again for a new one."),
            ));
        }
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return Err(failed(error)),
        // Empty, torn, or no file at all: as good as none.
        Err(_) => {
            return Err(unsound(
                format!(
                    "{shown}: manifest.json bị hỏng nên không đối chiếu được; đừng dùng lượt này, hãy chạy lại."
                ),
                format!("{shown}: manifest.json is damaged; do not use this run, run again."),
            ));
        }
    };
    let differences = manifest.check(&run).map_err(failed)?;
    if differences.is_empty() {
        if !session.quiet {
            let bytes: u64 = manifest.files.iter().map(|entry| entry.size).sum();
            let (files, bytes) = (grouped(manifest.files.len() as u64, lang), grouped(bytes, lang));
            printer::out(&lang.pick(
                format!("{}: nguyên vẹn, {files} tệp, {bytes} byte.\n", manifest.run_id),
                format!("{}: sound, {files} files, {bytes} bytes.\n", manifest.run_id),
            ));
        }
        return Ok(());
    }
    for difference in differences.iter().take(NAMED) {
        let (what, path) = match difference {
            Difference::Missing(path) => (lang.pick("thiếu", "missing"), path),
            Difference::Changed(path) => (lang.pick("bị sửa", "changed"), path),
            Difference::Foreign(path) => (lang.pick("lạ", "foreign"), path),
        };
        printer::out(&format!("{what}: {path}\n"));
    }
    let count = differences.len();
    Err(unsound(
        format!("{shown}: {count} tệp không khớp manifest.json; đừng dùng lượt này, hãy chạy lại."),
        format!("{shown}: {count} files differ from manifest.json; do not use this run, run again."),
    ))
}

/// Writes the figures for Prometheus.
pub(super) fn write_metrics(health: &Health, file: &Path, lang: Lang) -> Result<(), Error> {
    let text = metrics(health).map_err(|error| Error::Internal(error.to_string()))?;
    replace_file(file, text.as_bytes(), METRICS_MODE).map_err(|error| {
        let shown = file.display();
        Error::Output(lang.pick(
            format!("Không ghi được {shown} ({error}); hãy kiểm tra thư mục và quyền ghi."),
            format!("{shown} cannot be written ({error}); check the folder and permissions."),
        ))
    })
}

/// Reads `36h`, `2d`, `90m`.
fn age(text: &str) -> Result<SignedDuration, Error> {
    let span = text.trim().parse::<Span>().ok();
    let age = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    age.filter(SignedDuration::is_positive).ok_or_else(|| {
        Error::usage(
            format!("--max-age \"{text}\" không đúng; hãy viết như 36h hoặc 2d."),
            format!("--max-age \"{text}\" is no age; write it like 36h or 2d."),
        )
    })
}

fn text(health: &Health, lang: Lang) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, health, lang);
    text
}

fn write(text: &mut String, health: &Health, lang: Lang) -> std::fmt::Result {
    if let Some(latest) = &health.latest {
        let age = health.age_seconds.map_or_else(String::new, |seconds| span_text(seconds, lang));
        writeln!(
            text,
            "{}: {} ({}, {} {}, {:.1} s)",
            lang.pick("Lượt chạy cuối", "Last run"),
            latest.run_id,
            lang.pick(format!("{age} trước"), format!("{age} ago")),
            lang.pick("ngày đối soát", "as of"),
            latest.as_of,
            latest.seconds
        )?;
        let pillars = Pillar::ALL.iter().map(|pillar| {
            let count = latest.by_pillar.get(pillar.name()).copied().unwrap_or_default();
            format!("{} {}", pillar.title(), grouped(count, lang))
        });
        let pillars: Vec<String> = pillars.collect();
        let total = grouped(latest.findings, lang);
        writeln!(text, "  {}   {} {total}", pillars.join("   "), lang.pick("Tổng", "Total"))?;
        let count = |counts: &std::collections::BTreeMap<String, u64>, key| {
            grouped(counts.get(key).copied().unwrap_or_default(), lang)
        };
        writeln!(
            text,
            "  {} {}   {} {}   {} {}",
            lang.pick("Đã đối sánh", "Linked"),
            count(&latest.links, "link"),
            lang.pick("Cần xác minh", "To be verified"),
            count(&latest.links, "review"),
            lang.pick("Dòng không đọc được", "Rows rejected"),
            count(&latest.rows, "rejected"),
        )?;
    }
    if let Some(holder) = &health.running {
        writeln!(text, "{}: {holder}", lang.pick("Đang chạy", "Running"))?;
    }
    if health.faults.is_empty() {
        writeln!(text, "{}", lang.pick("Tình trạng: tốt", "Health: fine"))?;
    }
    Ok(())
}

fn fault_text(fault: &Fault, lang: Lang) -> String {
    match fault {
        Fault::NoRun => lang.pick("chưa có lượt chạy trọn vẹn nào", "there is no whole run").to_owned(),
        Fault::Incomplete { files } => {
            let files = files.join(", ");
            lang.pick(
                format!("lượt chạy cuối thiếu hoặc hỏng tệp ({files}); xem lamsach verify"),
                format!("files of the last run are missing or cut short ({files}); see lamsach verify"),
            )
        }
        Fault::Died { holder } => lang.pick(
            format!("lượt chạy gần nhất bị ngắt giữa chừng ({holder}); lượt sau sẽ dọn"),
            format!("the last attempt was cut short ({holder}); the next run will tidy up"),
        ),
        Fault::Failed { exit_code } => lang.pick(
            format!("lượt chạy gần nhất thất bại, mã thoát {exit_code}; xem nhật ký"),
            format!("the last attempt failed with exit code {exit_code}; see the log"),
        ),
        Fault::Unknown => lang.pick(
            "không rõ lượt chạy gần nhất kết thúc ra sao; hãy kiểm tra dung lượng đĩa, quyền ghi và nhật ký, rồi chạy lại"
                .to_owned(),
            "how the last attempt ended is not known; check free space, permissions and the log, then run again"
                .to_owned(),
        ),
        Fault::ReadOnly => lang.pick(
            "không ghi được vào thư mục kết quả nên không lượt chạy nào xong được; hãy kiểm tra quyền ghi và ổ đĩa".to_owned(),
            "nothing can be written to the output folder, so no run can end well; check permissions and the disk".to_owned(),
        ),
        Fault::TooOld { limit_seconds } => {
            let limit = span_text(*limit_seconds, lang);
            lang.pick(format!("lượt chạy cuối đã quá {limit}"), format!("the last run is older than {limit}"))
        }
    }
}

/// An age as people say it.
fn span_text(seconds: i64, lang: Lang) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match () {
        () if days >= 3 => format!("{days} {}", lang.pick("ngày", "days")),
        () if hours >= 2 => format!("{hours} {}", lang.pick("giờ", "hours")),
        () => format!("{minutes} {}", lang.pick("phút", "minutes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read() {
        assert_eq!(age("36h").unwrap().as_hours(), 36);
        assert_eq!(age("2d").unwrap().as_hours(), 48);
        for wrong in ["", "36", "-1h", "soon"] {
            assert_eq!(age(wrong).unwrap_err().code(), 2, "{wrong}");
        }
    }
}
