//! People whom it is easy to take for somebody else, in a commune of six hundred where names are as common as
//! they are: every row names whom it speaks of, and what must be made of it.

use crate::world::{COMMUNE, COMMUNE_CODE, Outcome, World, personal_id};

/// What must be made of a row.
#[derive(Copy, Clone, Debug)]
enum Expected {
    /// A link to this resident.
    Link(usize),
    /// Nobody could tell: a review that shows this resident.
    Review(usize),
    /// A link to this resident or a review that shows him; never somebody else.
    AtLeastReview(usize),
    /// Nobody of the registry: no link.
    Nobody,
}
use Expected::{AtLeastReview, Link, Nobody, Review};

/// A row, the role looked at, and what must be made of it.
struct Case {
    what: &'static str,
    source: &'static str,
    row: usize,
    role: &'static str,
    expected: Expected,
}

/// A commune with its crowd, and the cases in it.
struct Hamlets {
    world: World,
    cases: Vec<Case>,
}

const SURNAMES: [&str; 10] =
    ["Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Phạm", "Hoàng", "Bùi"];
const MEN: [&str; 20] = [
    "Văn Hùng",
    "Văn Dũng",
    "Văn Nam",
    "Đức Thắng",
    "Văn Sơn",
    "Hữu Phước",
    "Văn Hải",
    "Minh Tuấn",
    "Văn Bình",
    "Xuân Trường",
    "Văn Long",
    "Công Danh",
    "Văn Thành",
    "Quốc Việt",
    "Văn Lâm",
    "Đình Trọng",
    "Văn Tâm",
    "Ngọc Quang",
    "Văn Chiến",
    "Bá Lộc",
];
const WOMEN: [&str; 20] = [
    "Thị Lan",
    "Thị Hoa",
    "Thị Hương",
    "Thu Hà",
    "Thị Hằng",
    "Ngọc Mai",
    "Thị Thanh",
    "Thị Liên",
    "Kim Chi",
    "Thị Nga",
    "Thị Hồng",
    "Phương Thảo",
    "Thị Thủy",
    "Thị Bình",
    "Bích Ngọc",
    "Thị Tâm",
    "Thị Yến",
    "Hoài An",
    "Thị Loan",
    "Minh Nguyệt",
];

impl Hamlets {
    /// Six hundred residents of ten surnames and forty given names, in eight hamlets.
    fn new() -> Self {
        let mut world = World::empty();
        for n in 0..600_usize {
            let (gender, given) =
                if n % 2 == 0 { ("Nam", MEN[n / 2 * 7 % 20]) } else { ("Nữ", WOMEN[n / 2 * 7 % 20]) };
            let name = format!("{} {given}", SURNAMES[n * 3 / 7 % 10]);
            let (day, month, year) = (1 + n * 11 % 28, 1 + n * 5 % 12, 1940 + n * 13 % 75);
            let birth = format!("{day:02}/{month:02}/{year}");
            let id = personal_id(&birth, gender, 300_000 + 977 * n as u32);
            world.resident(&format!(
                "full_name={name}|birth_date={birth}|gender={gender}|personal_id={id}|hamlet=Thôn {}|household_id=C{}",
                1 + n % 8,
                n / 4
            ));
        }
        Self { world, cases: Vec::new() }
    }

    fn expect(
        &mut self,
        what: &'static str,
        source: &'static str,
        row: usize,
        role: &'static str,
        expected: Expected,
    ) {
        self.cases.push(Case { what, source, row, role, expected });
    }

    /// A benefit of somebody whom a text describes.
    fn subject(&mut self, what: &'static str, row: &str, expected: Expected) {
        let n = self.cases.len();
        let row = self.world.row(
            "welfare",
            &format!("file_no=HS-{n}|programme=P{n}|commune_code={COMMUNE_CODE}|commune={COMMUNE}|{row}"),
        );
        self.expect(what, "welfare", row, "subject", expected);
    }

    /// Runs the commune and holds every row against what is expected of it.
    fn hold(self) {
        let run = self.world.run();
        let wrong: Vec<String> = self.cases.iter().filter_map(|case| case.fails(&run)).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

impl Case {
    fn fails(&self, run: &Outcome) -> Option<String> {
        let (decision, resident) = run.link(self.source, self.row, self.role);
        let shown = run.shown(self.source, self.row, self.role);
        let right = match self.expected {
            Link(one) => decision == "link" && resident == one,
            Review(one) => decision == "review" && shown.contains(&one),
            AtLeastReview(one) => {
                (decision == "link" && resident == one) || (decision == "review" && shown.contains(&one))
            }
            Nobody => decision != "link",
        };
        let Self { what, source, row, role, expected } = self;
        (!right).then(|| {
            format!("{what}: {source} {row} {role}: {decision} {resident} {shown:?}, not {expected:?}")
        })
    }
}

#[test]
fn twins_and_brothers() {
    let mut h = Hamlets::new();
    let family =
        "household_id=T1|hamlet=Thôn 3|father_name=Nguyễn Văn Bảy|mother_name=Lê Thị Út|card_issued=";
    let w = &mut h.world;
    let minh = w.person("Nguyễn Hoàng Minh", "14/06/2017", "Nam", family);
    let man = w.person("Nguyễn Hoàng Mẫn", "14/06/2017", "Nam", family);
    let parents = "father_name=Nguyễn Văn Bảy|mother_name=Lê Thị Út|personal_id=";
    let rows = [w.birth(minh, parents), w.birth(man, parents)];
    let bare = w.birth(man, &format!("full_name=Nguyen Hoang Man|{parents}"));
    // A third child of the same birth whom the registry lacks.
    let third = w.birth(minh, &format!("full_name=Nguyễn Hoàng Thục Quyên|gender=Nữ|{parents}"));
    h.expect("a twin", "births", rows[0], "child", Link(minh));
    h.expect("the other twin", "births", rows[1], "child", Link(man));
    h.expect("a twin without marks", "births", bare, "child", Link(man));
    h.expect("a triplet not in the registry", "births", third, "child", Nobody);

    // Each bears the other's number: the names tell them apart.
    let crossed =
        h.world.birth(minh, &format!("personal_id={}|record_no=31/2020", h.world.of(man, "personal_id")));
    h.expect("a twin with the other's number", "births", crossed, "child", AtLeastReview(minh));

    // One of two who are named alike is registered; the other's record bears a number of its own.
    let more = "household_id=T3|hamlet=Thôn 6|father_name=Phạm Văn Lực|mother_name=Đỗ Thị Xuyến|card_issued=";
    let ha = h.world.person("Phạm Gia Hà", "06/07/2020", "Nam", more);
    let registered = h.world.birth(ha, "");
    let number = personal_id("06/07/2020", "Nam", 77_123);
    let other = h.world.birth(ha, &format!("full_name=Phạm Gia Hải|personal_id={number}"));
    h.expect("the registered twin", "births", registered, "child", Link(ha));
    h.expect("the twin not in the registry", "births", other, "child", Nobody);

    // Of two sisters one is registered; the other's record bears no number, and another name.
    let more = "household_id=T4|hamlet=Thôn 6|father_name=Vũ Đức Thịnh|mother_name=Tô Thị Hường|card_issued=";
    let tran = h.world.person("Vũ Tô Bảo Trân", "03/03/2019", "Nữ", more);
    let registered = h.world.birth(tran, "");
    let sister = h.world.birth(tran, "full_name=Vũ Tô Hoài Thương|personal_id=");
    h.expect("the registered sister", "births", registered, "child", Link(tran));
    h.expect("the sister not in the registry", "births", sister, "child", Nobody);

    let older = h.world.person("Trần Văn Tuấn", "12/03/1985", "Nam", "household_id=T2|hamlet=Thôn 4");
    let younger = h.world.person("Trần Văn Tuân", "25/09/1986", "Nam", "household_id=T2|hamlet=Thôn 4");
    h.subject(
        "the older brother by year",
        "full_name=TRAN VAN TUAN|birth_date=1985|gender=Nam",
        AtLeastReview(older),
    );
    h.subject(
        "the younger by date, no marks",
        "full_name=Tran Van Tuan|birth_date=25/09/1986|gender=Nam",
        Link(younger),
    );
    h.subject("either brother", "full_name=Tran Van Tuan|gender=Nam", Nobody);
    h.hold();
}

#[test]
fn father_and_son_of_one_name() {
    let mut h = Hamlets::new();
    let w = &mut h.world;
    let father = w.person("Vàng A Sính", "03/04/1990", "Nam", "household_id=F1|hamlet=Thôn 5|ethnicity=Mông");
    let son = w.person(
        "Vàng A Sính",
        "20/11/2016",
        "Nam",
        "household_id=F1|hamlet=Thôn 5|ethnicity=Mông|father_name=Vàng A Sính|mother_name=Giàng Thị Mỷ",
    );
    let record =
        w.birth(son, "personal_id=|father_birth_date=1990|father_id=|mother_birth_date=1992|mother_id=");
    h.expect("the son", "births", record, "child", Link(son));
    h.expect("the father", "births", record, "father", Link(father));
    h.subject("the father by year", "full_name=Vàng A Sính|birth_date=1990|gender=Nam", Link(father));
    h.subject("the son by date", "full_name=Vàng A Sính|birth_date=20/11/2016|gender=Nam", Link(son));

    // Here the father lives elsewhere: his son is not his own father, whatever his name.
    let alone = h.world.person(
        "Lầu Mí Chứ",
        "15/08/2015",
        "Nam",
        "household_id=F2|hamlet=Thôn 6|father_name=Lầu Mí Chứ|mother_name=Sùng Thị Say",
    );
    let record = h.world.birth(alone, "father_birth_date=1988|father_id=");
    h.expect("the son of an absent father", "births", record, "child", Link(alone));
    h.expect("the absent father", "births", record, "father", Nobody);
    let record = h.world.birth(alone, "father_id=|mother_id=|registration_kind=2|personal_id=");
    h.expect("the absent father without a year", "births", record, "father", Nobody);
    h.hold();
}

#[test]
fn namesakes_of_one_year_in_one_hamlet() {
    let mut h = Hamlets::new();
    let w = &mut h.world;
    let first = w.person(
        "Phạm Thị Nhài",
        "10/02/1991",
        "Nữ",
        "household_id=N1|hamlet=Thôn 2|spouse_name=Đỗ Văn Khải",
    );
    let second = w.person(
        "Phạm Thị Nhài",
        "23/08/1991",
        "Nữ",
        "household_id=N2|hamlet=Thôn 2|spouse_name=Cao Bá Quát",
    );
    let child = w.person(
        "Đỗ Nhật Vy",
        "05/05/2018",
        "Nữ",
        "household_id=N1|hamlet=Thôn 2|mother_name=Phạm Thị Nhài|father_name=Đỗ Văn Khải",
    );
    let record = w.birth(child, "mother_birth_date=1991|mother_id=|father_birth_date=1989|father_id=");
    h.expect("the mother of her child's household", "births", record, "mother", Link(first));
    let same = "full_name=Phạm Thị Nhài|gender=Nữ|hamlet=Thôn 2";
    h.subject("one of two", &format!("{same}|birth_date=1991"), Review(first));
    h.subject("one of two, the other way", &format!("{same}|birth_date=01/01/1991"), Review(second));
    h.subject("by date", &format!("{same}|birth_date=23/08/1991"), Link(second));
    h.subject("by a date with a slip", &format!("{same}|birth_date=23/03/1991"), AtLeastReview(second));
    h.subject("the date of neither", &format!("{same}|birth_date=16/11/1991"), Nobody);
    h.subject("day and month swapped", &format!("{same}|birth_date=02/10/1991"), Link(first));
    let id = h.world.of(first, "personal_id");
    let crossed = format!("{same}|birth_date=23/08/1991|personal_id={id}");
    h.subject("by date, with the number of the other", &crossed, AtLeastReview(second));
    let death = format!(
        "{}|birth_date=23/08/1991|personal_id={id}|death_date=03/03/2025|record_no=9/2025|registered_on=05/03/2025|\
         commune_code={COMMUNE_CODE}|commune={COMMUNE}",
        "full_name=Phạm Thị Nhài|gender=Nữ"
    );
    let death = h.world.row("deaths", &death);
    h.expect(
        "a death with the number of a living namesake",
        "deaths",
        death,
        "deceased",
        AtLeastReview(second),
    );
    let id = h.world.of(second, "personal_id");
    h.subject("year and number", &format!("{same}|birth_date=1991|personal_id={id}"), Link(second));
    h.hold();
}

#[test]
fn thirty_men_of_one_name() {
    let mut h = Hamlets::new();
    let mut men = Vec::new();
    for n in 0..30 {
        let birth = format!("{:02}/{:02}/{}", 2 + n * 5 % 27, 1 + n * 7 % 12, 1945 + n * 2);
        let more = format!("household_id=M{n}|hamlet=Thôn {}", 1 + n % 8);
        men.push((h.world.person("Nguyễn Văn Hùng", &birth, "Nam", &more), birth));
    }
    for (man, birth) in men.iter().take(6).cloned() {
        h.subject(
            "one of thirty by date",
            &format!("full_name=Nguyễn Văn Hùng|birth_date={birth}|gender=Nam"),
            Link(man),
        );
        h.subject("without marks", &format!("full_name=NGUYEN VAN HUNG|birth_date={birth}"), Link(man));
    }
    h.subject("a thirty-first", "full_name=Nguyễn Văn Hùng|birth_date=29/07/1972|gender=Nam", Nobody);
    h.subject("a thirty-second by year", "full_name=Nguyễn Văn Hùng|birth_date=1998|gender=Nam", Nobody);
    let stranger = "full_name=Nguyễn Văn Hùng|gender=Nam|birth_date=29/07/1950|death_date=03/03/2025";
    let row = h.world.row(
        "deaths",
        &format!("{stranger}|record_no=1/2025|registered_on=05/03/2025|commune_code={COMMUNE_CODE}|commune={COMMUNE}"),
    );
    h.expect("a dead stranger of the name", "deaths", row, "deceased", Nobody);
    let row = h.world.row(
        "deaths",
        &format!(
            "full_name=Nguyễn Văn Hùng|gender=Nam|birth_date=1955|personal_id=036055123456|death_date=03/03/2025|\
             record_no=2/2025|registered_on=05/03/2025|commune_code={COMMUNE_CODE}|commune={COMMUNE}"
        ),
    );
    h.expect("a dead namesake of the year, with a number of his own", "deaths", row, "deceased", Nobody);
    h.hold();
}

#[test]
fn names_written_short_and_wrongly() {
    let mut h = Hamlets::new();
    let w = &mut h.world;
    let cuong =
        w.person("Đặng Quốc Cường", "17/10/1979", "Nam", "household_id=A1|hamlet=Thôn 7|old_id=012345678");
    let nie = w.person("Y Bliă Niê", "06/06/1983", "Nam", "household_id=A2|hamlet=Thôn 7|ethnicity=Ê-đê");
    let hen = w.person("H'Hen Niê Kđăm", "22/05/1992", "Nữ", "household_id=A3|hamlet=Thôn 7|ethnicity=Ê-đê");
    let ry = w.person("Thạch Sa Ry", "09/09/1969", "Nam", "household_id=A4|hamlet=Thôn 7|ethnicity=Khmer");
    for (what, row, expected) in [
        ("initials and date", "full_name=Đ. Q. Cường|birth_date=17/10/1979|gender=Nam", Link(cuong)),
        (
            "initials alone, old number",
            "full_name=Đ.Q.C|birth_date=1979|old_id=012345678|gender=Nam",
            Link(cuong),
        ),
        ("middle name dropped", "full_name=Đặng Cường|birth_date=17/10/1979|gender=Nam", Link(cuong)),
        ("given name mistyped", "full_name=Đặng Quốc Cưòng|birth_date=17/10/1979|gender=Nam", Link(cuong)),
        (
            "syllables in another order",
            "full_name=Cường Đặng Quốc|birth_date=17/10/1979|gender=Nam",
            Link(cuong),
        ),
        ("dialect", "full_name=Đặng Quốc Cườn|birth_date=17/10/1979|gender=Nam", Link(cuong)),
        ("marks lost for good", "full_name=Đ?ng Qu?c C??ng|birth_date=17/10/1979|gender=Nam", Link(cuong)),
        ("day and month swapped", "full_name=Y Bliă Niê|birth_date=06/06/1983", Link(nie)),
        (
            "letters of the Central Highlands lost",
            "full_name=Y Blia Nie|birth_date=1983|gender=Nam",
            Link(nie),
        ),
        ("an apostrophe lost", "full_name=HHen Niê Kđăm|birth_date=22/05/1992|gender=Nữ", Link(hen)),
        ("an apostrophe curled, a space more", "full_name=H’ Hen Nie Kdam|birth_date=22/05/1992", Link(hen)),
        ("a name of the delta", "full_name=THACH SARY|birth_date=09/09/1969|gender=Nam", AtLeastReview(ry)),
        (
            "only the old number, a zero lost",
            "full_name=Đặng Quốc Cường|birth_date=1979|old_id=12345678",
            Link(cuong),
        ),
        ("another's surname", "full_name=Trần Quốc Cường|birth_date=18/10/1981|gender=Nam", Nobody),
    ] {
        h.subject(what, row, expected);
    }
    h.hold();
}

#[test]
fn numbers_of_somebody_else() {
    let mut h = Hamlets::new();
    let w = &mut h.world;
    let mother = w.person(
        "Hồ Thị Cẩm Vân",
        "30/03/1987",
        "Nữ",
        "household_id=I1|hamlet=Thôn 1|spouse_name=Mạc Đăng Khoa",
    );
    let father = w.person(
        "Mạc Đăng Khoa",
        "02/12/1984",
        "Nam",
        "household_id=I1|hamlet=Thôn 1|spouse_name=Hồ Thị Cẩm Vân",
    );
    let child = w.person(
        "Mạc Thiên Ân",
        "11/04/2022",
        "Nam",
        "household_id=I1|hamlet=Thôn 1|father_name=Mạc Đăng Khoa|mother_name=Hồ Thị Cẩm Vân",
    );
    let old = w.person(
        "Khúc Thị Mừng",
        "1940",
        "Nữ",
        "household_id=I2|hamlet=Thôn 8|personal_id=|old_id=182001122",
    );
    let [mothers, fathers] = [mother, father].map(|p| h.world.of(p, "personal_id"));
    let slip = format!("{}7", &fathers[..11]);
    let slip = if slip == fathers { format!("{}3", &fathers[..11]) } else { slip };
    for (what, row, expected) in [
        (
            "a child's card with the mother's number",
            format!("full_name=Mạc Thiên Ân|birth_date=11/04/2022|personal_id={mothers}"),
            Link(child),
        ),
        (
            "a child's card, year only, with the mother's number",
            format!("full_name=Mạc Thiên Ân|birth_date=2022|personal_id={mothers}"),
            Link(child),
        ),
        (
            "the husband's number on his wife's row",
            format!("full_name=Hồ Thị Cẩm Vân|birth_date=30/03/1987|personal_id={fathers}"),
            Link(mother),
        ),
        (
            "one digit wrong",
            format!("full_name=Mạc Đăng Khoa|birth_date=1984|personal_id={slip}"),
            Link(father),
        ),
        (
            "nobody's name, somebody's number",
            format!("full_name=Lương Thế Vinh|birth_date=07/07/1977|personal_id={fathers}"),
            Nobody,
        ),
        (
            "only an old number, a year one off",
            "full_name=Khúc Thị Mừng|birth_date=1941|old_id=182001122".to_owned(),
            Link(old),
        ),
        ("only a name and a year", "full_name=Khuc Thi Mung|birth_date=1940|gender=Nữ".to_owned(), Link(old)),
    ] {
        h.subject(what, &row, expected);
    }
    h.hold();
}

#[test]
fn birthdays_at_new_year() {
    let mut h = Hamlets::new();
    let mut old = Vec::new();
    for n in 0..120_usize {
        let (gender, given) = if n % 2 == 0 { ("Nam", MEN[n % 20]) } else { ("Nữ", WOMEN[n % 20]) };
        let name = format!("{} {given}", SURNAMES[n / 20 % 10]);
        let birth = format!("01/01/{}", 1938 + n % 12);
        old.push(h.world.person(
            &name,
            &birth,
            gender,
            &format!("household_id=O{n}|hamlet=Thôn {}", 1 + n % 8),
        ));
    }
    let rare = h.world.person("Khổng Thị Đoan", "01/01/1943", "Nữ", "household_id=O200|hamlet=Thôn 2");
    let twice = [1, 2].map(|n| {
        h.world.person("Nghiêm Văn Quý", "01/01/1946", "Nam", &format!("household_id=O30{n}|hamlet=Thôn {n}"))
    });
    h.subject("a rare name", "full_name=Khổng Thị Đoan|birth_date=01/01/1943|gender=Nữ", Link(rare));
    h.subject(
        "a rare name, the day now known",
        "full_name=Khổng Thị Đoan|birth_date=19/09/1943|gender=Nữ",
        Link(rare),
    );
    let same = "full_name=Nghiêm Văn Quý|birth_date=01/01/1946|gender=Nam";
    h.subject("two of one new year", same, Review(twice[0]));
    h.subject("two of one new year, by hamlet", &format!("{same}|hamlet=Thôn 2"), AtLeastReview(twice[1]));
    h.subject("a stranger of the day", "full_name=Triệu Thị Trinh|birth_date=01/01/1946|gender=Nữ", Nobody);
    h.hold();
}

#[test]
fn people_recorded_elsewhere() {
    let mut h = Hamlets::new();
    let w = &mut h.world;
    let away = "commune_code=18077|commune=Xã Hưng Lĩnh|hamlet=Xóm 4";
    let wife = w.person(
        "Tô Thị Ánh Nguyệt",
        "27/02/1993",
        "Nữ",
        &format!("household_id=E1|{away}|spouse_name=Lục Văn Tiến"),
    );
    let husband = w.person(
        "Lục Văn Tiến",
        "13/07/1990",
        "Nam",
        &format!("household_id=E1|{away}|spouse_name=Tô Thị Ánh Nguyệt"),
    );
    // At home lives another of her name, and of her year.
    let other = w.person("Tô Thị Ánh Nguyệt", "08/11/1993", "Nữ", "household_id=E2|hamlet=Thôn 4");
    h.subject(
        "the wife in her parents' commune, by date",
        "full_name=Tô Thị Ánh Nguyệt|birth_date=27/02/1993|gender=Nữ",
        Link(wife),
    );
    h.subject(
        "the one at home, by date",
        "full_name=Tô Thị Ánh Nguyệt|birth_date=08/11/1993|gender=Nữ",
        Link(other),
    );
    let married = h.world.marriage(
        husband,
        wife,
        "20/05/2016",
        "husband_personal_id=|wife_personal_id=|wife_birth_date=1993",
    );
    h.expect("the bride by her husband", "marriages", married, "wife", Link(wife));
    h.expect("the groom", "marriages", married, "husband", Link(husband));
    h.hold();
}
