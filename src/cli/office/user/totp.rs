//! `lamsach user totp`: the second factor of an account, shown once.

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

use super::{changed, log, open, require};
use crate::cli::error::Error;
use crate::cli::office::args::UserTotpArgs;
use crate::domain::Lang;
use crate::review::{new_secret, second_factor_address};
use crate::words::text;

/// Gives an account a new second factor and shows it, or takes it away.
pub(super) fn set(args: &UserTotpArgs, lang: Lang) -> Result<String, Error> {
    let mut store = open(&args.out, lang)?;
    let name = require(&store, &args.name, lang)?.name;
    if args.off {
        changed(store.accounts().set_second_factor(&name, None), &name, lang)?;
        log(&mut store, "user_totp", &name, "off", lang)?;
        return Ok(text!(lang, "cli.user.factor_off").to_string());
    }
    let secret = new_secret().ok_or_else(|| Error::Internal("no random numbers".to_string()))?;
    let address = second_factor_address(&name, &secret);
    let square = square(&address)?;
    changed(store.accounts().set_second_factor(&name, Some(&secret)), &name, lang)?;
    log(&mut store, "user_totp", &name, "on", lang)?;
    Ok(text!(lang, "cli.user.factor_on", square, address))
}

/// The address as a square that a camera reads, bright on dark as terminals are.
fn square(address: &str) -> Result<String, Error> {
    let code = QrCode::with_error_correction_level(address, EcLevel::L);
    let code = code.map_err(|error| Error::Internal(error.to_string()))?;
    Ok(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}
