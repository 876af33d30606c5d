//! What a page answers, and why it may not.

use std::borrow::Cow;

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

use crate::returns::ReturnError;
use crate::review::IndexError;
use crate::store::StoreError;

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    body: Vec<u8>,
    media_type: &'static str,
    location: Option<String>,
    download: Option<Cow<'static, str>>,
    cookies: Vec<String>,
    kept: bool,
}

impl Reply {
    fn new(status: StatusCode, media_type: &'static str, body: Vec<u8>) -> Self {
        Self { status, body, media_type, location: None, download: None, cookies: Vec::new(), kept: false }
    }

    /// A page.
    pub(crate) fn page(page: &impl Template) -> Result<Self, Failure> {
        Self::page_as(StatusCode::OK, page)
    }

    /// A page with another status than 200.
    pub(crate) fn page_as(status: StatusCode, page: &impl Template) -> Result<Self, Failure> {
        let html = page.render().map_err(|error| Failure::Internal(error.to_string()))?;
        Ok(Self::new(status, "text/html; charset=utf-8", html.into_bytes()))
    }

    /// A page that is made already.
    pub(crate) fn html(page: String) -> Self {
        Self::new(StatusCode::OK, "text/html; charset=utf-8", page.into_bytes())
    }

    /// A sentence.
    pub(crate) fn text(status: StatusCode, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text.as_bytes().to_vec())
    }

    /// On to another address, to be asked for with GET.
    pub(crate) fn see(location: impl Into<String>) -> Self {
        let mut reply = Self::new(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", Vec::new());
        reply.location = Some(location.into());
        reply
    }

    /// A file to be saved under a name.
    pub(crate) fn download(
        name: impl Into<Cow<'static, str>>,
        media_type: &'static str,
        body: Vec<u8>,
    ) -> Self {
        let mut reply = Self::new(StatusCode::OK, media_type, body);
        reply.download = Some(name.into());
        reply
    }

    /// A file that browsers may keep.
    pub(crate) fn asset(media_type: &'static str, text: &'static str) -> Self {
        let mut reply = Self::new(StatusCode::OK, media_type, text.as_bytes().to_vec());
        reply.kept = true;
        reply
    }

    /// Sets a cookie that scripts and other sites cannot use; an empty value takes it away.
    pub(crate) fn with_cookie(mut self, name: &str, value: &str, secure: bool) -> Self {
        let mut cookie = Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(secure)
            .build();
        if value.is_empty() {
            cookie.set_max_age(Duration::ZERO);
        }
        self.cookies.push(cookie.to_string());
        self
    }

    /// As the response of the server.
    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        let control = if self.kept { "private, max-age=31536000, immutable" } else { "no-store" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
        let text = |text: &str| HeaderValue::from_str(text).ok();
        if let Some(location) = self.location.as_deref().and_then(text) {
            headers.insert(header::LOCATION, location);
        }
        if let Some(name) = self.download.and_then(|name| text(&format!("attachment; filename=\"{name}\""))) {
            headers.insert(header::CONTENT_DISPOSITION, name);
        }
        for cookie in self.cookies.iter().filter_map(|cookie| text(cookie)) {
            headers.append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// Why a page has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// There is no such thing, or the account may not see it: nobody is told which.
    #[error("not found")]
    NotFound,
    /// The request does not come from a page of this program.
    #[error("refused")]
    Refused,
    /// The form holds no answer that can be recorded.
    #[error("no such answer")]
    BadAnswer,
    /// There is no decision that the account may take back.
    #[error("nothing to undo")]
    NothingToUndo,
    /// The index failed.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database failed.
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    /// Something that should never happen.
    #[error("{0}")]
    Internal(String),
}

impl From<ReturnError> for Failure {
    fn from(error: ReturnError) -> Self {
        match error {
            ReturnError::Store(error) => Self::Store(error),
            ReturnError::Senseless { .. } | ReturnError::DayGone(_) => Self::BadAnswer,
            other => Self::Internal(other.to_string()),
        }
    }
}

impl Failure {
    /// The status of the answer that tells of it.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Refused => StatusCode::FORBIDDEN,
            Self::BadAnswer => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NothingToUndo => StatusCode::CONFLICT,
            Self::Index(_) | Self::Store(_) | Self::Sql(_) | Self::Internal(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// Keys of title and text that tell of it.
    pub(crate) fn texts(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => ("not_found", "not_found_text"),
            Self::Refused => ("refused", "refused_text"),
            Self::BadAnswer => ("bad_answer", "bad_answer_text"),
            Self::NothingToUndo => ("refused", "nothing_to_undo"),
            Self::Index(_) | Self::Store(_) | Self::Sql(_) | Self::Internal(_) => ("failed", "failed_text"),
        }
    }
}
