//! What clap has to complain of, in the language of the user.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::domain::Lang;

/// One sentence for an error of the command line.
pub(super) fn complaint(error: &clap::Error, lang: Lang) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    };
    let arg = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let mut text = match error.kind() {
        ErrorKind::UnknownArgument => {
            lang.pick(format!("không có tham số {arg}"), format!("there is no argument {arg}"))
        }
        ErrorKind::InvalidSubcommand => {
            let name = context(ContextKind::InvalidSubcommand);
            lang.pick(format!("không có lệnh {name}"), format!("there is no command {name}"))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => lang
            .pick("cần một lệnh, ví dụ: lamsach run", "a command is needed, for example: lamsach run")
            .to_string(),
        ErrorKind::MissingRequiredArgument => {
            lang.pick(format!("thiếu tham số bắt buộc: {arg}"), format!("required argument missing: {arg}"))
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            lang.pick(format!("{arg} cần một giá trị"), format!("{arg} needs a value"))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => lang.pick(
            format!("{arg} không nhận giá trị \"{value}\""),
            format!("{arg} does not take \"{value}\""),
        ),
        ErrorKind::ArgumentConflict => {
            let other = context(ContextKind::PriorArg);
            if other.is_empty() || other == arg {
                lang.pick(format!("{arg} chỉ viết một lần"), format!("{arg} can be given only once"))
            } else {
                lang.pick(
                    format!("{arg} không đi cùng {other}"),
                    format!("{arg} cannot be used together with {other}"),
                )
            }
        }
        _ => error.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ").to_string(),
    };
    let valid = context(ContextKind::ValidValue);
    if !valid.is_empty() {
        text.push_str(&lang.pick(format!(" (nhận: {valid})"), format!(" (takes: {valid})")));
    }
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
            .into_iter()
            .map(context)
            .find(|text| !text.is_empty());
    if let Some(suggested) = suggested {
        text.push_str(
            &lang.pick(format!("; có phải là {suggested}?"), format!("; did you mean {suggested}?")),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::help::command;

    fn said(args: &[&str], lang: Lang) -> String {
        complaint(&command(lang).try_get_matches_from(args).unwrap_err(), lang)
    }

    #[test]
    fn complaints_name_what_is_wrong() {
        assert_eq!(said(&["lamsach", "sample"], Lang::Vi), "thiếu tham số bắt buộc: --out <THƯ_MỤC>");
        assert_eq!(
            said(&["lamsach", "run", "--outt", "d"], Lang::Vi),
            "không có tham số --outt; có phải là --out?"
        );
        assert_eq!(said(&["lamsach", "rum"], Lang::En), "there is no command rum; did you mean run?");
        assert_eq!(
            said(&["lamsach", "sample", "--out", "d", "--noise", "loud"], Lang::En),
            "--noise <LEVEL> does not take \"loud\" (takes: clean, normal, dirty)"
        );
        assert_eq!(said(&["lamsach"], Lang::Vi), "cần một lệnh, ví dụ: lamsach run");
    }
}
