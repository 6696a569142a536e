/// The `options` parameter of a startup message: a command line for the server.
///
/// It is split into arguments as the server's `pg_split_opts` does (at white space, a backslash takes
/// the meaning from the next byte), and the arguments are read as its `getopt` call does: `-c name=value`,
/// `-cname=value`, `--name=value`, and letters without argument in front of `c` in one word. So the
/// router and the server never disagree about what is a setting.
public struct StartupOptions: Sendable, Equatable {
  /// A setting that the client asks for.
  public struct Setting: Sendable, Hashable {
    /// The setting's name as the server compares it: ASCII letters in lower case, `-` as `_`.
    public let name: [UInt8]
    /// Its value; may be empty.
    public let value: [UInt8]
  }

  /// One word, or a letter and its argument.
  private enum Item: Sendable, Equatable {
    case setting(Setting)
    /// A letter with an argument that is not a setting (not of the form `name=value`, perhaps).
    case option(letter: UInt8, argument: [UInt8])
    /// A letter that takes no argument, or a word that is no option at all.
    case word([UInt8])
  }

  private var items: [Item] = []

  /// Letters that the server's `getopt` call takes an argument for.
  private static let lettersWithArgument = Set("BcCDdfhkNprStvW-".utf8)

  /// Reads the value of an `options` parameter. Costs one pass; anything is valid here, and what the
  /// server would refuse is kept as it is so that the server can refuse it.
  public init(parsing options: RawSpan) {
    var words = Self.words(of: options)[...]
    while let word = words.popFirst() {
      if word == Array("--".utf8) {
        items.append(.word(word))
        items.append(contentsOf: words.map { .word($0) })
        return
      }
      if word.count < 2 || word[0] != UInt8(ascii: "-") {
        items.append(.word(word))
      } else {
        parse(letters: word.dropFirst(), following: &words)
      }
    }
  }

  /// The settings in the order in which they were given; the server lets the last of several win.
  public var settings: [Setting] {
    items.compactMap { item in
      if case .setting(let setting) = item { setting } else { nil }
    }
  }

  /// Takes out the settings that `shouldRemove` is true for; everything else stays as it was.
  public mutating func removeSettings(where shouldRemove: (Setting) -> Bool) {
    items.removeAll { item in
      if case .setting(let setting) = item { shouldRemove(setting) } else { false }
    }
  }

  /// The options as a parameter's value again; empty when nothing is left.
  ///
  /// The server reads the same settings in the same order from it, though the spelling may differ.
  public func encoded() -> [UInt8] {
    var text: [UInt8] = []
    for item in items {
      switch item {
      case .setting(let setting):
        Self.append(word: Array("-c".utf8), to: &text)
        Self.append(word: setting.name + [UInt8(ascii: "=")] + setting.value, to: &text)
      case .option(let letter, let argument):
        Self.append(word: [UInt8(ascii: "-"), letter], to: &text)
        Self.append(word: argument, to: &text)
      case .word(let word):
        Self.append(word: word, to: &text)
      }
    }
    return text
  }
}

extension StartupOptions {
  /// Reads the letters of one word behind its `-`, and takes an argument from the words that follow
  /// when a letter wants one and the word has nothing left.
  private mutating func parse(letters: ArraySlice<UInt8>, following: inout ArraySlice<[UInt8]>) {
    var letters = letters
    while let letter = letters.popFirst() {
      guard Self.lettersWithArgument.contains(letter) else {
        items.append(.word([UInt8(ascii: "-"), letter]))
        continue
      }
      guard let argument = letters.isEmpty ? following.popFirst() : Array(letters) else {
        // The last word, refused by the server; "--" would not be.
        let refused = letter == UInt8(ascii: "-") ? UInt8(ascii: "c") : letter
        items.append(.word([UInt8(ascii: "-"), refused]))
        return
      }
      append(letter: letter, argument: argument)
      return
    }
  }

  private mutating func append(letter: UInt8, argument: [UInt8]) {
    let isSetting = letter == UInt8(ascii: "c") || letter == UInt8(ascii: "-")
    guard isSetting else {
      items.append(.option(letter: letter, argument: argument))
      return
    }
    guard let equals = argument.firstIndex(of: UInt8(ascii: "=")) else {
      // The server refuses it, and reads both letters alike; "--" alone would end the options.
      items.append(.option(letter: UInt8(ascii: "c"), argument: argument))
      return
    }
    let name = argument[..<equals].map(Self.comparable)
    items.append(.setting(Setting(name: name, value: Array(argument[(equals + 1)...]))))
  }

  /// A byte of a setting's name as the server compares it.
  private static func comparable(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
    case UInt8(ascii: "-"): UInt8(ascii: "_")
    default: byte
    }
  }

  /// The arguments, with backslashes taken out.
  private static func words(of options: RawSpan) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8]?
    var isEscaped = false
    for offset in 0..<options.byteCount {
      let byte = options.byte(at: offset)
      if isEscaped {
        word?.append(byte)
        isEscaped = false
      } else if isSpace(byte) {
        if let finished = word { words.append(finished) }
        word = nil
      } else {
        if word == nil { word = [] }
        if byte == UInt8(ascii: "\\") { isEscaped = true } else { word?.append(byte) }
      }
    }
    if let finished = word { words.append(finished) }
    return words
  }

  private static func append(word: [UInt8], to text: inout [UInt8]) {
    if !text.isEmpty { text.append(UInt8(ascii: " ")) }
    for byte in word {
      if isSpace(byte) || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
      text.append(byte)
    }
    // Only the last word can be empty, and only a backslash with nothing behind it spells one.
    if word.isEmpty { text.append(UInt8(ascii: "\\")) }
  }

  /// What C's `isspace` takes for white space.
  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
  }
}
