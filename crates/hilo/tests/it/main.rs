//! Hilo from outside: webhooks in, messages out, and what the API tells about both. Each test runs on SQLite and on PostgreSQL.

mod app;
mod bucket;

mod api;
mod changes;
mod corpus;
mod day;
mod delivering;
mod demo_page;
mod demo_words;
mod detours;
mod keys;
mod killed;
mod kills;
mod media;
mod media_places;
mod metas_rules;
mod nouns;
mod once;
mod openapi;
mod outages;
mod quarantine;
mod real_bucket;
mod receiving;
mod refusals;
mod resolving;
mod sending;
mod speed;
mod standby;
mod stops;
mod subscribers;
mod templates;
mod triage;
mod two_writers;
mod unknown_sends;
mod uploads;
