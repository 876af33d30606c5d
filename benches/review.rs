//! The review page under load: 100,000 findings, twenty officers at once who look through lists, open cases and
//! decide. Prints the times of lists and cases (p50, p99), the memory of the server, and whether every decision
//! that was answered stands in the store.
//!
//! `cargo bench --bench review`; `LAMSACH_BENCH_RESIDENTS` sets the size, `LAMSACH_BENCH_SECONDS` the duration.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench fails by panicking, and its figures are to be seen"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const OFFICERS: usize = 20;
const PASSWORD: &str = "a long password";

/// What an officer does between two requests: reads. Twenty officers who never read are four hundred.
const READING: Duration = Duration::from_millis(100);

fn lamsach() -> Command {
    Command::new(env!("CARGO_BIN_EXE_lamsach"))
}

fn succeed(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let (data, out) = (dir.path().join("s"), dir.path().join("o"));
    let residents = number("LAMSACH_BENCH_RESIDENTS", 135_000).to_string();
    succeed(lamsach().args(["sample", "-q", "--residents", &residents, "--out"]).arg(&data));
    succeed(
        lamsach()
            .args(["run", "-q"])
            .arg(&data)
            .arg("--units")
            .arg(data.join("units.csv"))
            .arg("--out")
            .arg(&out),
    );
    let password = dir.path().join("password");
    std::fs::write(&password, PASSWORD).unwrap();
    for n in 0..OFFICERS {
        let mut command = lamsach();
        command.args(["-q", "user", "add", &format!("officer{n}"), "--role", "admin", "--out"]).arg(&out);
        succeed(command.arg("--password-file").arg(&password));
    }
    let findings = rusqlite::Connection::open(out.join("lamsach.db"))
        .unwrap()
        .query_row("SELECT count(*) FROM findings", [], |row| row.get::<_, i64>(0))
        .unwrap();

    let begun = Instant::now();
    let mut server = lamsach();
    // Nobody works as fast as these officers: they are not asked why they look at so many.
    let config = dir.path().join("lamsach.toml");
    std::fs::write(&config, "[review]\ncases_an_hour = 0\n").unwrap();
    server.arg("review").arg(&out).arg("--config").arg(&config);
    server.args(["--listen", "127.0.0.1:0", "--lang", "en"]).stdout(Stdio::piped());
    let mut server = Server(server.spawn().unwrap());
    let mut said = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut said).unwrap();
    let host = said.split("http://").nth(1).unwrap().trim().trim_end_matches('/').to_string();
    println!("findings {findings}, index made in {:.1} s", begun.elapsed().as_secs_f64());

    let lasts = Duration::from_secs(number("LAMSACH_BENCH_SECONDS", 30));
    // The clock starts when all have logged in: passwords are made to be slow to compare.
    let all_in = Barrier::new(OFFICERS);
    let decided = AtomicUsize::new(0);
    let mut lists = Vec::new();
    let mut cases = Vec::new();
    std::thread::scope(|scope| {
        let officers: Vec<_> = (0..OFFICERS)
            .map(|n| {
                let (host, all_in, decided) = (&host, &all_in, &decided);
                scope.spawn(move || work(host, n, (all_in, lasts), decided))
            })
            .collect();
        for officer in officers {
            let (of_lists, of_cases) = officer.join().unwrap();
            lists.extend(of_lists);
            cases.extend(of_cases);
        }
    });
    let peak = peak_memory(server.0.id());
    for (name, times) in [("lists", &mut lists), ("cases", &mut cases)] {
        times.sort_unstable();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
        println!(
            "{name}: {} requests, p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms",
            times.len(),
            at(0.5),
            at(0.99),
            at(1.0)
        );
    }
    let stored = count_decisions(&out);
    let answered = decided.load(Ordering::Relaxed);
    println!("decisions: {answered} answered, {stored} stored, {} lost", answered.saturating_sub(stored));
    println!("peak memory {peak} MiB");
    assert_eq!(answered, stored);
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn count_decisions(out: &Path) -> usize {
    let db = rusqlite::Connection::open(out.join("lamsach.db")).unwrap();
    db.query_row("SELECT count(*) FROM decisions", [], |row| row.get::<_, i64>(0)).unwrap() as usize
}

/// The most memory that a process ever had, in MiB.
fn peak_memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// One officer's work: a list, three of its cases, a decision on the last; again and again.
fn work(
    host: &str,
    n: usize,
    (all_in, lasts): (&Barrier, Duration),
    decided: &AtomicUsize,
) -> (Vec<Duration>, Vec<Duration>) {
    let mut client = Client::new(host);
    let page = client.get("/login").1;
    let csrf = field(&page, "csrf");
    let form = format!("csrf={csrf}&name=officer{n}&password={}", PASSWORD.replace(' ', "+"));
    assert_eq!(client.post("/login", &form).0, 303);
    let csrf = field(&client.get("/settings").1, "csrf");
    let searched = client.search(&format!("csrf={csrf}&q=nguyen+an"));
    let filters = [
        String::new(),
        format!("?page={}", 2 + n * 37),
        "?sort=name".to_string(),
        searched,
        "?pillar=song&sort=age".to_string(),
        format!("?severity=medium&page={}", 1 + n),
    ];
    let (mut lists, mut cases) = (Vec::new(), Vec::new());
    let mut turn = n;
    all_in.wait();
    let until = Instant::now() + lasts;
    while Instant::now() < until {
        let filter = &filters[turn % filters.len()];
        turn += 1;
        let begun = Instant::now();
        let (status, page) = client.get(&format!("/cases{filter}"));
        lists.push(begun.elapsed());
        assert_eq!(status, 200);
        let found: Vec<String> = page
            .split("class=\"row\" href=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
            .collect();
        std::thread::sleep(READING);
        for step in 0..3 {
            if found.is_empty() {
                break;
            }
            let path = &found[(turn * 7 + n * 13 + step) % found.len()];
            let begun = Instant::now();
            let (status, page) = client.get(path);
            cases.push(begun.elapsed());
            assert_eq!(status, 200, "{path}");
            std::thread::sleep(READING);
            if step == 2 {
                let (case, query) = path.split_once('?').unwrap_or((path, ""));
                let form =
                    format!("csrf={}&version={}&answer=visit", field(&page, "csrf"), field(&page, "version"));
                // Somebody else may have been first: that is told with 409, and nothing is stored.
                let (status, _) = client.post(&format!("{case}/decide?{query}"), &form);
                assert!(status == 303 || status == 409, "{status}");
                if status == 303 {
                    decided.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }
    (lists, cases)
}

fn field(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    page.split(&mark).nth(1).unwrap().split('"').next().unwrap().to_string()
}

/// One connection that is kept, with its cookies.
struct Client {
    host: String,
    stream: BufReader<TcpStream>,
    cookies: Vec<(String, String)>,
    /// Where the last answer that led elsewhere led to.
    location: String,
}

impl Client {
    fn new(host: &str) -> Self {
        let stream = TcpStream::connect(host).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            host: host.to_string(),
            stream: BufReader::new(stream),
            cookies: Vec::new(),
            location: String::new(),
        }
    }

    fn get(&mut self, path: &str) -> (u16, String) {
        self.send(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    fn post(&mut self, path: &str, form: &str) -> (u16, String) {
        let head = format!(
            "POST {path} HTTP/1.1\r\norigin: http://{}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n",
            self.host,
            form.len()
        );
        self.send(&head, form)
    }

    /// Searches, and gives the query of the list that was found.
    fn search(&mut self, form: &str) -> String {
        assert_eq!(self.post("/cases", form).0, 303);
        self.location.trim_start_matches("/cases").to_string()
    }

    fn send(&mut self, head: &str, body: &str) -> (u16, String) {
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let request = format!("{head}host: {}\r\ncookie: {}\r\n\r\n{body}", self.host, cookies.join("; "));
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            match name {
                "content-length" => length = value.parse().unwrap(),
                "location" => self.location = value.to_string(),
                "set-cookie" => {
                    let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                    self.cookies.retain(|(of, _)| of != name);
                    if !value.is_empty() {
                        self.cookies.push((name.to_string(), value.to_string()));
                    }
                }
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    }
}
