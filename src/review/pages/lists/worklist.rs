//! The findings of a filter, page by page.

use askama::Template;
use serde::Deserialize;

use crate::domain::{Kind, Lang, Pillar};
use crate::findings::catalogue::{self, Office};
use crate::publish::letters::{self, TemplateName};
use crate::review::filter::{Filter, NOBODY, OVERDUE, PAGE, SORTS, STATUS_GROUPS};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, today};
use crate::review::index::{COUNTED, Choices, numbers_of};
use crate::review::pages::one::case::may_undo;
use crate::review::pages::one::shown::{self, ShownLine};
use crate::review::pages::work::assign::JustGiven;
use crate::review::texts::text;
use crate::store::{Assignee, FindingStatus};
use crate::words::{self, grouped};

#[derive(Template)]
#[template(path = "review/worklist.html")]
struct Worklist {
    shell: Shell,
    count: String,
    done: String,
    together: Option<Together>,
    given: Option<JustGiven>,
    query: String,
    filter: Filter,
    selects: Vec<Select>,
    lines: Vec<ShownLine>,
    templates: Vec<TemplateName>,
    previous: Option<String>,
    next: Option<String>,
    page: u32,
}

/// Something to choose in the filter.
struct Select {
    name: &'static str,
    label: &'static str,
    options: Vec<Choice>,
}

struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

/// What was just decided, named in the address of the page that comes after.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    pub(crate) done: String,
    /// The number of what was decided at once.
    together: String,
    /// How many of those could not be decided.
    left: String,
    /// The number of what was given at once.
    pub(crate) given: String,
}

/// What was just decided at once.
struct Together {
    /// The number by which it is taken back; `None` where nothing was recorded.
    number: Option<i64>,
    count: String,
    left: Option<String>,
}

impl Together {
    fn of(done: &Done, visit: &Visit<'_>) -> Result<Option<Self>, Failure> {
        let Ok(number) = done.together.parse::<i64>() else { return Ok(None) };
        let (me, role) = (&visit.who()?.name, visit.who()?.role);
        let mut decided = visit.worker.store.decided_together(number)?;
        decided.retain(|decision| may_undo(decision, me, role));
        let left = done.left.parse::<u64>().ok().filter(|left| *left > 0);
        Ok(Some(Self {
            number: (!decided.is_empty()).then_some(number),
            count: grouped(decided.len() as u64, visit.lang),
            left: left.map(|left| grouped(left, visit.lang)),
        }))
    }
}

/// Takes the form of the filter: what was searched for is held, and the address that is gone on to names it.
pub(crate) fn search(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let held = visit.app.searches.hold(&visit.token, visit.field("q"));
    let filter = Filter::of_form(|name| visit.field(name), held);
    Ok(Reply::see(format!("/cases{}", filter.query())))
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let filter = visit.filter();
    let done: Done = visit.query();
    let scope = visit.who()?.scope.clone();
    let together = Together::of(&done, visit)?;
    let given = JustGiven::of(&done.given, visit)?;
    let index = &visit.worker.index;
    let today = today();
    let (count, found) = index.page(&filter, &scope, today)?;
    let choices = index.choices(&filter.commune, &scope)?;
    let me = Assignee::Account(visit.who()?.name.clone());
    let others = index.assignees(&scope)?.into_iter();
    let assignees: Vec<Assignee> =
        std::iter::once(me.clone()).chain(others.filter(|other| *other != me)).collect();
    // Whatever stands in the address is looked up before it is shown.
    let done = if index.case(&done.done, &scope)?.is_some() { done.done } else { String::new() };
    // A list names people, and so is a look at them.
    visit.log_holding("list", &format!("{} cases", found.len()), &filter.logged(), &numbers_of(&found))?;
    let lang = visit.lang;
    let page = filter.page_number();
    let further = found.len() == PAGE as usize && (count > COUNTED || page * PAGE < count);
    let store = &visit.worker.store;
    let lines = found.into_iter().map(|line| ShownLine::new(store, line, lang)).collect::<Result<_, _>>()?;
    Reply::page(&Worklist {
        shell: visit.shell(),
        count: if count > COUNTED {
            format!("{} {}", visit.t("more_than"), grouped(u64::from(COUNTED), lang))
        } else {
            grouped(u64::from(count), lang)
        },
        done,
        together,
        given,
        query: filter.query(),
        selects: selects(&filter, (&choices, &assignees), lang),
        lines,
        templates: letters::templates(visit.app.out()),
        previous: (page > 1).then(|| filter.on_page(page - 1).query()),
        next: further.then(|| filter.on_page(page + 1).query()),
        page,
        filter,
    })
}

/// The key of what a choice of the filter, or an order, is called.
fn label(name: &'static str) -> &'static str {
    match name {
        "commune" => "terms.heading.commune",
        "unit" => "terms.heading.office",
        "pillar" => "terms.heading.pillar",
        "code" => "terms.heading.code",
        "severity" => "terms.heading.severity",
        "status" => "terms.heading.status",
        "source" => "terms.heading.source",
        "overdue" => "terms.heading.deadline",
        "name" => "terms.heading.name",
        "assignee" => "assigned_to",
        other => other,
    }
}

fn selects(filter: &Filter, (choices, assignees): (&Choices, &[Assignee]), lang: Lang) -> Vec<Select> {
    let select = |name, options: Vec<(String, String)>, value: &str, all: bool| {
        let every = all.then(|| (String::new(), text(lang, "all").to_string()));
        let choice = |(of, name): (String, String)| Choice { chosen: of == value, value: of, name };
        Select { name, label: label(name), options: every.into_iter().chain(options).map(choice).collect() }
    };
    let keyed =
        |prefix: &str, name: &str| (name.to_string(), text(lang, &format!("{prefix}{name}")).to_string());
    // Without code and name a commune cannot be asked for: the empty choice means all.
    let known = choices.communes.iter().filter(|commune| !commune.value.is_empty());
    let communes = known.map(|commune| {
        let name = if commune.name.is_empty() { commune.value.clone() } else { commune.name.clone() };
        (commune.value.clone(), shown::short(&name))
    });
    let hamlets = choices.hamlets.iter().map(|hamlet| (hamlet.clone(), shown::short(hamlet)));
    let units = Office::all().map(|office| (office.name().to_string(), office.title(lang).to_string()));
    let pillars = Pillar::ALL.map(|pillar| (pillar.name().to_string(), pillar.title().to_string()));
    let codes = catalogue::entries().iter().map(|entry| {
        let code = entry.code.to_string();
        let name = format!("{code} {}", shown::short(entry.title(lang)));
        (code, name)
    });
    let severities = shown::SEVERITIES
        .map(|severity| (severity.name().to_string(), words::severity(severity, lang).to_string()));
    let statuses = STATUS_GROUPS.iter().map(|(name, _)| {
        // The first group is what an address without a status shows.
        let value = if *name == STATUS_GROUPS[0].0 { "" } else { name };
        let title = match FindingStatus::from_name(name) {
            Some(status) => status.title(lang).to_string(),
            None => text(lang, &format!("group_{name}")).to_string(),
        };
        (value.to_string(), title)
    });
    let sources = Kind::all().map(|kind| (kind.name().to_string(), kind.title(lang).to_string()));
    let ages = ["7", "30", "90"].map(|days| keyed("days_", days));
    let sorts = SORTS.iter().map(|(name, _)| {
        let title = match *name {
            "age" => "sort_age",
            "due" => "sort_due",
            other => label(other),
        };
        ((*name).to_string(), text(lang, title).to_string())
    });
    let given = assignees.iter().map(|assignee| (assignee.to_string(), shown::assignee(assignee, lang)));
    let nobody = (NOBODY.to_string(), text(lang, "assign_nobody").to_string());
    vec![
        select("commune", communes.collect(), &filter.commune, true),
        select("hamlet", hamlets.collect(), &filter.hamlet, true),
        select("unit", units.collect(), &filter.unit, true),
        select("pillar", pillars.into(), &filter.pillar, true),
        select("code", codes.collect(), &filter.code, true),
        select("severity", severities.into(), &filter.severity, true),
        select("status", statuses.collect(), &filter.status, false),
        select("source", sources.collect(), &filter.source, true),
        select("age", ages.into(), &filter.age, true),
        select("overdue", vec![keyed("overdue_", OVERDUE)], &filter.overdue, true),
        select("assignee", given.chain([nobody]).collect(), &filter.assignee, true),
        select("sort", sorts.collect(), &filter.sort, false),
    ]
}
