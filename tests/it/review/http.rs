//! The served program, and a client of HTTP/1.1 that does no more than these tests need.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::harness::{lamsach, succeed};

/// The password of every account.
pub(crate) const PASSWORD: &str = "mật khẩu dài 1";

/// Adds an account to an output folder.
pub(crate) fn add_user(out: &Path, name: &str, more: &[&str]) {
    let file = out.join("password.txt");
    std::fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let mut command = lamsach();
    command.args(["user", "add", name, "--password-file"]).arg(&file).arg("--out").arg(out).args(more);
    succeed(&command.output().unwrap());
}

/// `lamsach review`, ended when dropped.
pub(crate) struct Server {
    child: Child,
    /// `127.0.0.1:12345`.
    pub(crate) host: String,
}

impl Server {
    /// Serves an output folder on a free port.
    pub(crate) fn start(out: &Path) -> Self {
        let mut command = lamsach();
        command.arg("review").arg(out).args(["--listen", "127.0.0.1:0", "--lang", "en"]);
        Self::spawn(command)
    }

    /// Starts a command that serves, and waits for the address that it says.
    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let url = said.split_whitespace().find(|word| word.starts_with("http"));
        let url = url.unwrap_or_else(|| panic!("no address: {said}"));
        let host = url.split("//").nth(1).unwrap().trim_end_matches('/').to_string();
        Self { child, host }
    }

    /// The port.
    pub(crate) fn port(&self) -> &str {
        self.host.rsplit(':').next().unwrap()
    }

    /// A visitor who is not logged in.
    pub(crate) fn visitor(&self) -> Client {
        Client::at(&self.host)
    }

    /// A visitor who is logged in.
    pub(crate) fn login(&self, name: &str) -> Client {
        let mut client = self.visitor();
        let page = client.get("/login");
        let csrf = page.csrf();
        let reply = client.post("/login", &[("csrf", &csrf), ("name", name), ("password", PASSWORD)]);
        assert_eq!(reply.status, 303, "{name}: {}", reply.text());
        // Sentences are compared in English; the language of an account is Vietnamese unless it says otherwise.
        assert_eq!(client.submit("/settings/language", &[("lang", "en")]).status, 200);
        client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser's part: keeps cookies and the connection.
pub(crate) struct Client {
    host: String,
    pub(crate) cookies: Vec<(String, String)>,
    stream: Option<BufReader<TcpStream>>,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// A header, by its name in small letters.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value)
    }

    /// The token of the forms on the page.
    pub(crate) fn csrf(&self) -> String {
        field(&self.text(), "csrf")
    }
}

/// The value of the first hidden field of a name.
pub(crate) fn field(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let value = page.split(&mark).nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_else(|| panic!("no field {name}")).to_string()
}

impl Client {
    /// A visitor of the program at an address.
    pub(crate) fn at(host: &str) -> Self {
        Self { host: host.to_owned(), cookies: Vec::new(), stream: None }
    }

    pub(crate) fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[], "")
    }

    pub(crate) fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let origin = format!("http://{}", self.host);
        self.send("POST", path, &[("origin", &origin)], &encode(form))
    }

    /// Sends a form with the token of a page of this session.
    pub(crate) fn submit(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let csrf = self.get("/settings").csrf();
        let form: Vec<(&str, &str)> = form.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.post(path, &form)
    }

    /// Sends a form of a search and gives the address that it leads to, in which nothing of it stands.
    pub(crate) fn search(&mut self, path: &str, form: &[(&str, &str)]) -> String {
        let reply = self.submit(path, form);
        assert_eq!(reply.status, 303, "{path}: {}", reply.text());
        let address = reply.header("location").to_string();
        for (name, text) in form.iter().filter(|(name, _)| ["q", "who", "what"].contains(name)) {
            assert!(!text.is_empty() && !address.contains(text), "{name}: {address}");
            let encoded = encode(&[(name, text)]);
            let mut words = encoded.split_once('=').unwrap().1.split("%20");
            assert!(words.all(|word| !address.contains(word)), "{name}: {address}");
        }
        assert!(!address.contains("q="), "{address}");
        address
    }

    /// Sends a request as it is told.
    pub(crate) fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut request = format!("{method} {path} HTTP/1.1\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            request.push_str(&format!("host: {}\r\n", self.host));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request.push_str(&format!("cookie: {}\r\n", cookies.join("; ")));
        }
        if method == "POST" {
            if !headers.iter().any(|(name, _)| *name == "content-type") {
                request.push_str("content-type: application/x-www-form-urlencoded\r\n");
            }
            request.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        request.push_str(body);
        let host = self.host.clone();
        let connect = || {
            let stream = TcpStream::connect(&host).unwrap();
            stream.set_nodelay(true).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
            BufReader::new(stream)
        };
        let stream = self.stream.get_or_insert_with(connect);
        // The server ends a connection that was idle for long; browsers then open another.
        let mut word = [0];
        stream.get_mut().set_nonblocking(true).unwrap();
        let is_over = matches!(stream.get_mut().peek(&mut word), Ok(0));
        stream.get_mut().set_nonblocking(false).unwrap();
        if is_over {
            *stream = connect();
        }
        stream.get_mut().write_all(request.as_bytes()).unwrap();
        let reply = read(stream);
        if reply.header("connection") == "close" {
            self.stream = None;
        }
        for (_, cookie) in reply.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(of, _)| of != name);
            if !value.is_empty() {
                self.cookies.push((name.to_string(), value.to_string()));
            }
        }
        reply
    }
}

fn read(stream: &mut BufReader<TcpStream>) -> Reply {
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).unwrap_or_else(|| panic!("no status: {line:?}")).parse().unwrap();
    let mut headers = Vec::new();
    loop {
        line.clear();
        stream.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_string()));
    }
    let mut reply = Reply { status, headers, body: Vec::new() };
    reply.body = vec![0; reply.header("content-length").parse().unwrap_or(0)];
    stream.read_exact(&mut reply.body).unwrap();
    reply
}

/// A form as browsers send it.
pub(crate) fn encode(form: &[(&str, &str)]) -> String {
    let part = |text: &str| -> String {
        text.bytes()
            .map(|b| match b {
                b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
                b => format!("%{b:02X}"),
            })
            .collect()
    };
    let parts: Vec<String> =
        form.iter().map(|(name, value)| format!("{}={}", part(name), part(value))).collect();
    parts.join("&")
}
