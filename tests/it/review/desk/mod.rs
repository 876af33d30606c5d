//! `lamsach start`: from the first start over dropped files and a question to the lists, in a real browser; and who is
//! kept out.

mod gate;
mod page;
mod work;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::browser::PATIENCE;
use super::http::{Client, Reply, field};
use crate::harness::lamsach;

/// How long a run of an unoptimised program may take.
const RUN: Duration = Duration::from_secs(180);

/// The folder of a user who has never started the program, and what is started for them.
struct Home {
    dir: tempfile::TempDir,
}

/// The program at work; ended when dropped.
struct Program {
    child: Child,
    /// `127.0.0.1:12345`.
    host: String,
    /// The path that lets a browser in, once.
    token: String,
}

impl Home {
    fn new() -> Self {
        let home = Self { dir: tempfile::tempdir().unwrap() };
        fs::create_dir(home.at("Documents")).unwrap();
        home
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// The folder of results that the program proposes in English.
    fn results(&self) -> PathBuf {
        self.at("Documents/lamsach results")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = lamsach();
        for variable in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_DOCUMENTS_DIR"] {
            command.env_remove(variable);
        }
        fs::create_dir_all(self.at(".config")).unwrap();
        fs::write(self.at(".config/user-dirs.dirs"), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n").unwrap();
        command.env("HOME", self.dir.path()).args(args);
        command
    }

    fn start(&self, args: &[&str]) -> Program {
        let mut command = self.command(&["start", "--no-browser"]);
        let mut child = command.args(args).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let (host, token) = address(&said);
        Program { child, host, token }
    }
}

/// Host and path of the address that the program says.
fn address(said: &str) -> (String, String) {
    let url = said.split_whitespace().find_map(|word| word.strip_prefix("http://"));
    let (host, path) = url.unwrap_or_else(|| panic!("no address: {said}")).split_once('/').unwrap();
    (host.to_owned(), format!("/{path}"))
}

impl Program {
    fn port(&self) -> &str {
        self.host.rsplit(':').next().unwrap()
    }

    /// A client that was let in.
    fn client(&self) -> Client {
        let mut client = Client::at(&self.host);
        let page = client.get(&self.token);
        assert_eq!(page.status, 200, "{}", page.text());
        client
    }

    /// A client who alone uses the machine, past the first start.
    fn alone(&self) -> Client {
        let mut client = self.client();
        begin_alone(&mut client);
        client
    }

    fn is_over(&mut self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.child.try_wait().unwrap().is_some() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers the first start as it is proposed.
fn begin_alone(client: &mut Client) {
    let page = client.get("/start").text();
    let (csrf, folder) = (field(&page, "csrf"), field(&page, "folder"));
    let form = [("csrf", csrf.as_str()), ("who", "me"), ("lang", "en"), ("folder", folder.as_str())];
    let reply = client.post("/start/first", &form);
    assert_eq!(reply.status, 303, "{}", reply.text());
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data")
}

/// A list of births whose dates stand under a header that says nothing.
const BIRTHS: &str = "Số,Ngày đăng ký,Nơi đăng ký,Họ tên người được khai sinh,Mốc,Giới tính,Họ tên mẹ\n\
                      1,05/05/2020,Xã Tân Lập,Nguyễn Văn Út,04/05/2020,Nam,Trần Thị Bé\n";

/// A form of files as browsers send it.
fn multipart(csrf: &str, files: &[(&str, &str)]) -> String {
    let mut body = format!("--xx\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n");
    for (name, text) in files {
        body.push_str(&format!(
            "--xx\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
             content-type: text/csv\r\n\r\n{text}\r\n"
        ));
    }
    body + "--xx--\r\n"
}

fn upload(client: &mut Client, csrf: &str, files: &[(&str, &str)]) -> Reply {
    let headers = [("content-type", "multipart/form-data; boundary=xx")];
    client.send("POST", "/start/upload", &headers, &multipart(csrf, files))
}

/// Asks for a page until it says so.
fn until(client: &mut Client, path: &str, patience: Duration, done: impl Fn(&str) -> bool) -> String {
    let begun = Instant::now();
    loop {
        let text = client.get(path).text();
        if done(&text) {
            return text;
        }
        assert!(begun.elapsed() < patience, "{path}: {text}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The page of files once all of them were looked at.
fn looked_at(client: &mut Client) -> String {
    until(client, "/start", RUN, |text| !text.contains("data-poll"))
}

/// The number by which the page knows a file.
fn number_of(page: &str, name: &str) -> String {
    let row = page.split("<li class=\"file").find(|row| row.contains(&format!("<bdi>{name}</bdi>")));
    let form = row.unwrap_or_else(|| panic!("{name}: {page}")).split("/start/files/").nth(1).unwrap();
    form.split('/').next().unwrap().to_owned()
}

fn submit(client: &mut Client, path: &str, form: &[(&str, &str)]) -> Reply {
    let csrf = client.get("/start").csrf();
    let form: Vec<(&str, &str)> = form.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    client.post(path, &form)
}
