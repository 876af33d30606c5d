//! Letters for the findings of a filter: one document, filled from a template. What leaves the page bears full numbers, and
//! the access log says so.

use crate::domain::{Day, Field, Kind};
use crate::findings::FindingId;
use crate::publish::letters::{self, LetterError, Values};
use crate::review::filter::Filter;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Visit, today};
use crate::review::http::watch::Look;
use crate::review::index::{FindingText, Record, numbers_of};
use crate::review::pages::lists::houses;
use crate::review::pages::one::shown;
use crate::review::pages::{again, reason};

/// Letters in one document.
const MOST: u32 = 500;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The document.
pub(crate) fn save(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let filter = match visit.field("case") {
        "" => visit.filter(),
        // Of one finding, whatever its status.
        number => {
            let q = FindingId::parse(number).ok_or(Failure::NotFound)?.to_string();
            Filter { status: "all".to_owned(), q, ..Filter::default() }
        }
    };
    let template = visit.field("template").to_owned();
    let scope = visit.who()?.scope.clone();
    let order = ("commune, hamlet, name_key", MOST);
    let found = visit.worker.index.first_cases(&filter, &scope, today(), order)?;
    if found.is_empty() {
        return Err(Failure::NotFound);
    }
    let held = match found.as_slice() {
        // The numbers of one are shown as its page would show them.
        [one] => reason::asked(visit, Look::Numbers, &one.number)?,
        _ => again::asked(visit, &["template"])?,
    };
    if let Some(held) = held {
        return Ok(held);
    }
    let held = numbers_of(&found);
    let mut values = Vec::with_capacity(found.len());
    // In the order of the houses, as the visit list.
    for house in houses::of(&visit.worker.index, found)? {
        for asked in &house.findings {
            let case = visit.worker.index.case(&asked.line.number, &scope)?.ok_or(Failure::NotFound)?;
            values.push(of(visit, (&case, asked.resident.as_deref()), &house)?);
        }
    }
    let count = values.len();
    let out = visit.app.out().to_owned();
    let document = match letters::make(&out, &template, &values) {
        Ok(document) => document,
        Err(LetterError::NoTemplate(_)) => return Err(Failure::BadAnswer),
        Err(error) => {
            let shell = visit.shell();
            let (title, told) = (visit.t("letters"), error.message(visit.lang));
            let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(crate::review::pages::message::page(shell, status, title, &told));
        }
    };
    let what = format!("{template}: {count} cases with numbers");
    visit.log_holding("letters", &what, &filter.logged(), &held)?;
    Ok(Reply::download("lamsach.docx", DOCX, document))
}

/// What the fields of a template stand for.
fn of(
    visit: &Visit<'_>,
    (case, resident): (&FindingText, Option<&Record>),
    house: &houses::House,
) -> Result<Values, Failure> {
    let lang = visit.lang;
    let line = &case.line;
    let source = visit.worker.index.record_at(&case.source_file, case.source_row)?;
    let cell = |field: Field| {
        let of = |record: Option<&Record>| {
            record.map(|record| shown::visible(record.cell(field))).filter(|text| !text.is_empty())
        };
        of(resident).or_else(|| of(source.as_ref())).unwrap_or_default()
    };
    let entry =
        crate::findings::catalogue::entries().iter().find(|entry| entry.code.to_string() == line.code);
    let (year, month, day) = today().civil();
    let text = shown::visible;
    Ok(Values::from([
        ("so_truong_hop", line.number.clone()),
        ("ma", line.code.clone()),
        ("noi_dung", shown::title(&line.code, lang).to_owned()),
        ("ho_ten", text(&line.full_name)),
        ("ngay_sinh", text(&line.birth_date)),
        ("gioi_tinh", cell(Field::Gender)),
        ("so_dinh_danh", text(&line.personal_id)),
        ("dia_chi", cell(Field::Address)),
        ("thon", text(&line.hamlet)),
        ("xa", text(&line.commune)),
        ("chu_ho", house.head.clone()),
        ("so_ho", house.number.clone()),
        ("thong_tin", shown::field(&line.field, lang).to_owned()),
        ("gia_tri_nganh", text(&line.source_value)),
        ("gia_tri_dan_cu", text(&line.registry_value)),
        ("gia_tri_de_xuat", text(&line.proposed_value)),
        ("can_cu", text(&case.evidence)),
        ("viec_can_lam", entry.map_or("", |entry| entry.procedure(lang)).to_owned()),
        ("don_vi", shown::unit(&line.unit, lang).to_owned()),
        ("nguon", Kind::from_name(&line.source).map_or("", |kind| kind.title(lang)).to_owned()),
        ("han", line.due_on.map_or_else(String::new, |due| Day(due).to_string())),
        ("can_bo", visit.who()?.name.clone()),
        ("ngay", format!("{day:02}")),
        ("thang", format!("{month:02}")),
        ("nam", year.to_string()),
    ]))
}
