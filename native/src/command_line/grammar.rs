//! The second look: tree-sitter's grammar of bash, asked whether it puts every word where the reader put it.
//!
//! The grammar is lenient and knows more than simple commands. Only the kinds of nodes listed here are followed; at any
//! other, at an error and at something missing, the answer is no. Three of its habits are known and allowed for: it takes
//! words after a redirection for further files of it, `[ ... ]` for a construct of its own, and it loses a lone dash
//! before a here-document.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, Parser, Tree};

use super::reader::{Place, Role};

/// Rounds of the parser, of 100 steps each, that a line of any length may take, and the bytes for each of which it may
/// take one more. Ordinary lines take a round for 200 bytes at most; 10,000 bytes never take more than a few ms.
const ROUNDS: usize = 4;
const BYTES_PER_ROUND: usize = 50;

/// Whether the grammar finds the same names, words, assignments and redirections at the same places.
pub(super) fn agrees(line: &str, places: &[Place]) -> bool {
    let mut found = Found::default();
    let all = parse(line).is_some_and(|tree| found.collect(&tree));
    all && found.are(places, |start, end| &line[start..end] == "-")
}

/// The tree of a line; none where making it takes too long.
fn parse(line: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
    let mut rounds = ROUNDS + line.len() / BYTES_PER_ROUND;
    let mut progress = |_: &_| {
        rounds = rounds.saturating_sub(1);
        if rounds == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut text = |at: usize, _| line.as_bytes().get(at..).unwrap_or_default();
    parser.parse_with_options(&mut text, None, Some(ParseOptions::new().progress_callback(&mut progress)))
}

/// What the grammar found.
#[derive(Debug, Default)]
struct Found {
    places: Vec<(usize, usize, Role)>,
    /// Where each `[ ... ]` begins and ends.
    tests: BTreeMap<usize, usize>,
}

impl Found {
    /// Whether these are the places that the reader found, dashes aside.
    fn are(mut self, places: &[Place], is_dash: impl Fn(usize, usize) -> bool) -> bool {
        let mut theirs = Vec::with_capacity(places.len());
        let mut tests = BTreeMap::new();
        for place in places {
            if place.role == Role::Name && self.tests.contains_key(&place.start) {
                tests.insert(place.command, (place.start, place.end));
            } else if let (Role::Word, Some((_, end))) = (place.role, tests.get_mut(&place.command)) {
                *end = place.end;
            } else {
                theirs.push((place.start, place.end, place.role));
            }
        }
        for side in [&mut self.places, &mut theirs] {
            side.retain(|&(start, end, role)| role != Role::Word || !is_dash(start, end));
        }
        self.places.sort_unstable();
        theirs.sort_unstable();
        self.places == theirs && self.tests == tests.into_values().collect()
    }

    /// Takes note of all words of a tree; false where something in it is not understood.
    fn collect(&mut self, tree: &Tree) -> bool {
        let root = tree.root_node();
        let mut waiting = vec![root];
        while let Some(node) = waiting.pop() {
            if !self.note(node, &mut waiting) {
                return false;
            }
        }
        !root.has_error()
    }

    /// Takes note of the words that belong to a node, and of the nodes in it that are still to be looked at.
    fn note<'tree>(&mut self, node: Node<'tree>, waiting: &mut Vec<Node<'tree>>) -> bool {
        let mut cursor = node.walk();
        let children = node.children(&mut cursor);
        match node.kind() {
            "command" => {
                for child in children.filter(Node::is_named) {
                    match child.kind() {
                        "command_name" => self.add(child, Role::Name),
                        "variable_assignment" | "file_redirect" | "herestring_redirect" => {}
                        _ => self.add(child, Role::Word),
                    }
                    waiting.push(child);
                }
            }
            "declaration_command" | "unset_command" => {
                for child in children {
                    self.add(child, if child.is_named() { Role::Word } else { Role::Name });
                    match child.kind() {
                        "variable_assignment" => waiting.extend(child.child_by_field_name("value")),
                        _ => waiting.push(child),
                    }
                }
            }
            "variable_assignment" => {
                self.add(node, Role::Assignment);
                waiting.extend(children);
            }
            "file_redirect" | "herestring_redirect" => {
                let mut role = Role::Target;
                for child in children.filter(|child| child.is_named() && child.kind() != "file_descriptor") {
                    self.add(child, role);
                    waiting.push(child);
                    role = Role::Word;
                }
            }
            "heredoc_redirect" => {
                for (at, child) in (0..).zip(children) {
                    if node.field_name_for_child(at) == Some("argument") {
                        self.add(child, Role::Word);
                    }
                    waiting.push(child);
                }
            }
            "test_command" => {
                self.tests.insert(node.start_byte(), node.end_byte());
                waiting.extend(children);
            }
            kind if is_followed(kind) => waiting.extend(children),
            kind => return is_leaf(kind) || !node.is_named(),
        }
        true
    }

    fn add(&mut self, node: Node<'_>, role: Role) {
        self.places.push((node.start_byte(), node.end_byte(), role));
    }
}

/// What holds commands or words and means nothing by itself.
fn is_followed(kind: &str) -> bool {
    matches!(
        kind,
        "program"
            | "list"
            | "pipeline"
            | "subshell"
            | "compound_statement"
            | "negated_command"
            | "redirected_statement"
            | "variable_assignments"
            | "command_name"
            | "command_substitution"
            | "process_substitution"
            | "concatenation"
            | "string"
            | "heredoc_body"
            | "unary_expression"
            | "binary_expression"
            | "number"
    )
}

/// What holds nothing that runs; that an expansion is no more than a name, the reader has seen.
fn is_leaf(kind: &str) -> bool {
    matches!(
        kind,
        "word"
            | "raw_string"
            | "ansi_c_string"
            | "string_content"
            | "simple_expansion"
            | "expansion"
            | "brace_expression"
            | "variable_name"
            | "special_variable_name"
            | "file_descriptor"
            | "heredoc_start"
            | "heredoc_content"
            | "heredoc_end"
            | "test_operator"
            | "comment"
    )
}
