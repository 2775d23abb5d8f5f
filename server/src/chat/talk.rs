//! The conversation itself.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use steward_tools::Catalogue;
use uuid::Uuid;

use super::answer::{answer, leaves};
use super::api::Api;
use super::events::{Approval, Event, Outcome, Said, input};
use super::keyboard::Keyboard;
use super::proposal;
use super::screen::Screen;
use super::socket::Socket;
use super::thread::{Thread, Waiting, latest};
use crate::{Result, compose};

const YOU: &str = "you>";
const DO_IT: &str = "Do it? [y/n]";

/// What to talk about.
pub(crate) struct Asked {
    /// One message; without, line by line.
    pub(crate) message: Option<String>,
    /// In a new conversation.
    pub(crate) new: bool,
    /// Events instead of words.
    pub(crate) json: bool,
    /// What the server takes for now.
    pub(crate) now: DateTime<Utc>,
}

/// How a run ended.
enum Ended {
    Well,
    Asking(Approval),
    Badly { signed_out: bool },
}

struct Talk {
    api: Api,
    socket: Option<Socket>,
    screen: Screen,
    keyboard: Keyboard,
    catalogue: Catalogue,
    thread: Uuid,
    /// What the assistant said in the run.
    told: String,
    /// How to take things back need not be said (again).
    hinted: bool,
}

/// Talks until there is nothing left to say.
pub(crate) async fn talk(api: Api, asked: Asked) -> Result<ExitCode> {
    let last = match asked.new {
        true => None,
        false => latest(api.list("/api/v1/conversations").await?, asked.now),
    };
    let mut talk = Talk {
        api,
        socket: None,
        screen: Screen::new(asked.json),
        keyboard: Keyboard::new(),
        catalogue: compose::catalogue()?,
        thread: last.as_ref().map_or_else(Uuid::now_v7, |thread| thread.id),
        told: String::new(),
        hinted: false,
    };
    let waiting = match &last {
        Some(thread) => talk.waiting(thread).await?,
        None => None,
    };
    let ended = match asked.message {
        Some(message) => talk.once(message, waiting).await,
        None => talk.on_and_on(last, waiting).await,
    };
    talk.screen.end();
    if let Some(socket) = talk.socket.take() {
        socket.close().await;
    }
    Ok(if matches!(ended?, Ended::Badly { .. }) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

impl Talk {
    /// What a conversation still waits for, if it can still be decided.
    async fn waiting(&self, thread: &Thread) -> Result<Option<Approval>> {
        let Waiting { waiting } = self.api.get(&format!("/api/v1/conversations/{}", thread.id)).await?;
        let Some(id) = waiting else { return Ok(None) };
        let approval: Approval = self.api.get(&format!("/api/v1/approvals/{id}")).await?;
        Ok(Some(approval).filter(|approval| approval.status == "pending"))
    }

    /// One message, and what follows from it. A mere yes or no is about what waits.
    async fn once(&mut self, message: String, waiting: Option<Approval>) -> Result<Ended> {
        let said = match (answer(&message), waiting) {
            (Some(yes), Some(approval)) => Said::Decision { approval: approval.id, yes },
            _ => Said::Message(message),
        };
        self.say(said).await
    }

    async fn on_and_on(&mut self, last: Option<Thread>, waiting: Option<Approval>) -> Result<Ended> {
        if Keyboard::is_terminal() {
            let who = self.api.whoami().await?;
            self.screen.aside(&who);
            self.screen.aside(&match last {
                Some(thread) => format!(
                    "Going on with “{}”; steward chat --new begins another. Ctrl-D ends it.",
                    short(&thread.title)
                ),
                None => "Ask, or tell me what to do. Ctrl-D ends it.".to_owned(),
            });
        }
        let mut ended = Ended::Well;
        if let Some(approval) = waiting {
            self.screen.lines("This still waits for your yes:");
            ended = self.settle(Ended::Asking(approval)).await?;
        }
        while !matches!(ended, Ended::Badly { signed_out: true } | Ended::Asking(_)) {
            match self.ask(YOU).await {
                None => break,
                Some(line) if leaves(&line) => break,
                Some(line) if line.is_empty() => {}
                Some(line) => ended = self.say(Said::Message(line)).await?,
            }
        }
        Ok(ended)
    }

    /// Says something, and settles what is asked back.
    async fn say(&mut self, said: Said) -> Result<Ended> {
        let ended = self.run(&said).await?;
        self.settle(ended).await
    }

    /// Asks for a yes or no as long as there is something to decide. What nobody decides stays open.
    async fn settle(&mut self, mut ended: Ended) -> Result<Ended> {
        while let Ended::Asking(approval) = ended {
            self.screen.lines(&proposal::render(&approval, &self.told));
            let Some(yes) = self.decision().await else {
                let until = approval.expires_at.format("%Y-%m-%d %H:%M UTC");
                self.screen.lines(&format!(
                    "Nothing was done. It waits in the approvals until {until}: steward chat yes does it, steward chat no drops it."
                ));
                return Ok(Ended::Asking(approval));
            };
            ended = self.run(&Said::Decision { approval: approval.id, yes }).await?;
        }
        Ok(ended)
    }

    async fn decision(&mut self) -> Option<bool> {
        loop {
            let line = self.ask(DO_IT).await?;
            match answer(&line) {
                Some(yes) => return Some(yes),
                None => self.screen.aside("Please say yes or no."),
            }
        }
    }

    /// A line from the person, while the connection is kept alive.
    async fn ask(&mut self, prompt: &str) -> Option<String> {
        self.screen.prompt(prompt);
        let line = {
            let line = self.keyboard.line();
            tokio::pin!(line);
            match &mut self.socket {
                None => line.await,
                Some(socket) => tokio::select! {
                    line = &mut line => line,
                    () = socket.idle() => {
                        // the next run connects anew
                        self.socket = None;
                        line.await
                    }
                },
            }
        };
        self.screen.answered(prompt, line.as_deref());
        line
    }

    /// One run, told while it happens.
    async fn run(&mut self, said: &Said) -> Result<Ended> {
        self.told.clear();
        let mut socket = match self.socket.take() {
            Some(socket) => socket,
            None => Socket::open(&self.api).await?,
        };
        socket.stay_signed_in(&self.api).await?;
        socket.send(&input(self.thread, said)).await?;
        let ended = loop {
            let frame = socket.next().await.inspect_err(|_| self.screen.end())?;
            self.screen.event(&frame);
            if let Some(ended) = self.show(Event::read(&frame)) {
                break ended;
            }
        };
        if !matches!(ended, Ended::Badly { .. }) {
            self.socket = Some(socket);
        }
        self.hint(said);
        Ok(ended)
    }

    /// Shows an event; the last one ends the run.
    fn show(&mut self, event: Event) -> Option<Ended> {
        match event {
            Event::TextMessageContent { delta } => {
                self.screen.text(&delta);
                self.told.push_str(&delta);
            }
            Event::TextMessageEnd => self.screen.end(),
            Event::ToolCallStart { tool_call_name } => {
                let known = self.catalogue.get(&tool_call_name).map(steward_tools::Entry::name);
                self.screen.aside(&format!("· {}", known.unwrap_or(&tool_call_name)));
            }
            Event::RunFinished { outcome: Outcome::Success | Outcome::Cancelled } => return Some(Ended::Well),
            Event::RunFinished { outcome: Outcome::Interrupt { interrupts } } => {
                return Some(
                    interrupts.into_iter().next().map_or(Ended::Well, |first| Ended::Asking(first.metadata.approval)),
                );
            }
            Event::RunError { message, code } => {
                let signed_out = code == steward_tools::codes::UNAUTHENTICATED;
                self.screen.error(&if signed_out { format!("{}", self.api.server.signed_out()) } else { message });
                if signed_out {
                    let way_in = self.api.server.way_in();
                    self.screen.error(&way_in);
                }
                return Some(Ended::Badly { signed_out });
            }
            Event::Other => {}
        }
        None
    }

    /// After the first thing done: how to take it back.
    fn hint(&mut self, said: &Said) {
        self.hinted |= matches!(said, Said::Message(text) if text.to_lowercase().starts_with("undo"));
        if matches!(said, Said::Decision { yes: true, .. }) && self.told.starts_with("Done.") && !self.hinted {
            self.hinted = true;
            self.screen.aside("“undo that” takes it back.");
        }
    }
}

/// A title that fits into a line.
fn short(title: &str) -> String {
    match title.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", title.get(..end).unwrap_or(title).trim_end()),
        None => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_cut_between_characters() {
        assert_eq!(short("Who owes us the most?"), "Who owes us the most?");
        assert_eq!(short(&"ü".repeat(50)), format!("{}…", "ü".repeat(40)));
    }
}
