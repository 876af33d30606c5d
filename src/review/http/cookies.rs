//! The names of the cookies of a server. Browsers tell cookies apart by host and not by port: two servers on one
//! machine would overwrite each other's sessions, so that the port stands in the name.

use super::reply::Reply;

/// The names of the cookies of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cookies {
    /// Whether they travel over TLS alone.
    pub(crate) secure: bool,
    /// That of a session.
    pub(crate) session: String,
    /// That of a visitor who is about to log in: ties the form to the browser.
    pub(crate) visitor: String,
}

impl Cookies {
    /// Those of the server on a port.
    pub(crate) fn of(secure: bool, port: u16) -> Self {
        Self { secure, session: name("session", secure, port), visitor: name("visitor", secure, port) }
    }

    /// A reply that begins a session.
    pub(crate) fn keep(&self, reply: Reply, session: &[u8; 32]) -> Reply {
        reply.with_cookie(&self.session, &hex::encode(session), self.secure)
    }

    /// A reply that ends a session.
    pub(crate) fn drop_session(&self, reply: Reply) -> Reply {
        reply.with_cookie(&self.session, "", self.secure)
    }

    /// A reply that ties forms to the browser of a visitor.
    pub(crate) fn tie(&self, reply: Reply, visitor: &[u8; 32]) -> Reply {
        reply.with_cookie(&self.visitor, &hex::encode(visitor), self.secure)
    }

    /// A reply to a visitor who is none any more.
    pub(crate) fn untie(&self, reply: Reply) -> Reply {
        reply.with_cookie(&self.visitor, "", self.secure)
    }
}

/// The name of a cookie. What begins with `__Host-` browsers take over TLS alone, for this very host and for all its
/// paths: no neighbour within the domain can set it.
pub(crate) fn name(of: &str, secure: bool, port: u16) -> String {
    let bound = if secure { "__Host-" } else { "" };
    format!("{bound}lamsach_{of}_{port}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_bound_to_its_server() {
        let plain = Cookies::of(false, 8765);
        assert_eq!([&plain.session, &plain.visitor], ["lamsach_session_8765", "lamsach_visitor_8765"]);
        assert_eq!(Cookies::of(true, 443).session, "__Host-lamsach_session_443");
        assert_ne!(plain.session, Cookies::of(false, 8766).session);
    }
}
