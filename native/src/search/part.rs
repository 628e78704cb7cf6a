//! What a piece of a walk found; pieces are put together in the order of the paths.

/// What can be put together, and knows how much memory it takes.
pub(super) trait Part: Default + Send + 'static {
    /// About how many bytes it holds.
    fn weight(&self) -> usize;
    /// How many results it holds, as whoever takes them counts.
    fn results(&self) -> usize;
    /// Puts what comes after it behind it.
    fn append(&mut self, next: Self);
    /// Something that could not be read.
    fn tell(&mut self, problem: String);
}

/// A line of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: u64,
    /// Without its ending.
    pub text: String,
    /// Whether it matches; else it is there because a line near it does.
    pub is_match: bool,
}

/// The lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLines {
    /// Relative to the root.
    pub path: String,
    /// In order; as many matching ones as the limit allows.
    pub lines: Vec<Line>,
}

/// What a search found, or a part of it.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The files in order of their paths, each with its lines in order.
    pub files: Vec<FileLines>,
    /// For each file with a match, in order: its path and how many lines match; 1 where only files are wanted.
    pub counts: Vec<(String, u64)>,
    /// Files that were read and are text.
    pub searched: u64,
    /// What could not be read, in order of the paths.
    pub problems: Vec<String>,
    /// Bytes of all lines.
    held: usize,
    /// How many lines there are.
    lines: usize,
}

impl Found {
    /// A file's next line.
    pub(super) fn push(&mut self, path: &str, line: Line) {
        self.held += line.text.len() + size_of::<Line>();
        self.lines += 1;
        match self.files.last_mut() {
            Some(file) if file.path == path => file.lines.push(line),
            _ => self.files.push(FileLines { path: path.to_owned(), lines: vec![line] }),
        }
    }

    /// Keeps the first `left` matching lines, with the lines around them, and returns how many it kept.
    pub(super) fn cut(&mut self, mut left: u64, after: usize) -> u64 {
        let before = left;
        for file in &mut self.files {
            cut(&mut file.lines, left, after);
            left -= file.lines.iter().filter(|line| line.is_match).count() as u64;
        }
        self.files.retain(|file| !file.lines.is_empty());
        before - left
    }
}

impl Part for Found {
    fn weight(&self) -> usize {
        self.held + self.counts.len() * 100 + self.problems.len() * 200
    }

    fn results(&self) -> usize {
        self.lines + self.counts.len()
    }

    fn append(&mut self, mut next: Self) {
        self.held += next.held;
        self.lines += next.lines;
        self.searched += next.searched;
        self.counts.append(&mut next.counts);
        self.problems.append(&mut next.problems);
        let mut files = next.files.into_iter().peekable();
        if let (Some(last), Some(first)) = (self.files.last_mut(), files.peek_mut())
            && last.path == first.path
        {
            last.lines.append(&mut first.lines);
            files.next();
        }
        self.files.extend(files);
    }

    fn tell(&mut self, problem: String) {
        self.problems.push(problem);
    }
}

/// Keeps the first `most` matching lines, and of the lines after them those that belong to the last one.
fn cut(lines: &mut Vec<Line>, most: u64, after: usize) {
    let mut matches = lines.iter().enumerate().filter(|(_, line)| line.is_match).map(|(index, _)| index);
    let Some(last) = most.checked_sub(1).and_then(|index| matches.nth(usize::try_from(index).ok()?)) else {
        if most == 0 {
            lines.clear();
        }
        return;
    };
    let end = matches.next().unwrap_or(lines.len());
    let reach = lines[last].number + after as u64;
    lines.truncate(end);
    lines.retain(|line| line.number <= reach);
}
