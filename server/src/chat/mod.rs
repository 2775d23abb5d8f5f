//! The terminal client: a conversation over the WebSocket, for people and for pipes.

mod answer;
mod api;
mod events;
mod keyboard;
mod pass;
mod person;
mod proposal;
mod screen;
mod socket;
mod table;
mod talk;
mod thread;

pub(crate) use api::{Api, Server, innermost};
pub(crate) use person::{Who, pass};
pub(crate) use talk::{Asked, talk};
