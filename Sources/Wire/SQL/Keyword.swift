/// The words that are told apart here, in lower case.
///
/// A raw value is the word's first eight letters in ASCII, so that finding a word takes one load and a
/// few comparisons of integers, whatever its length.
enum Keyword: UInt64, CaseIterable {
  // What begins a query.
  case select = 0x73_65_6C_65_63_74
  case values = 0x76_61_6C_75_65_73
  case table = 0x74_61_62_6C_65

  // Settings.
  case set = 0x73_65_74
  case session = 0x73_65_73_73_69_6F_6E
  case local = 0x6C_6F_63_61_6C
  case to = 0x74_6F
  case time = 0x74_69_6D_65
  case zone = 0x7A_6F_6E_65
  case names = 0x6E_61_6D_65_73
  case schema = 0x73_63_68_65_6D_61
  case role = 0x72_6F_6C_65
  case authorization = 0x61_75_74_68_6F_72_69_7A
  case characteristics = 0x63_68_61_72_61_63_74_65
  case xml = 0x78_6D_6C
  case `default` = 0x64_65_66_61_75_6C_74
  case transaction = 0x74_72_61_6E_73_61_63_74
  case constraints = 0x63_6F_6E_73_74_72_61_69
  case reset = 0x72_65_73_65_74
  case show = 0x73_68_6F_77
  case all = 0x61_6C_6C
  case `true` = 0x74_72_75_65

  // Transactions.
  case begin = 0x62_65_67_69_6E
  case start = 0x73_74_61_72_74
  case work = 0x77_6F_72_6B
  case read = 0x72_65_61_64
  case only = 0x6F_6E_6C_79
  case write = 0x77_72_69_74_65
  case end = 0x65_6E_64
  case commit = 0x63_6F_6D_6D_69_74
  case rollback = 0x72_6F_6C_6C_62_61_63_6B
  case abort = 0x61_62_6F_72_74
  case and = 0x61_6E_64
  case no = 0x6E_6F
  case chain = 0x63_68_61_69_6E
  case prepared = 0x70_72_65_70_61_72_65_64
  case savepoint = 0x73_61_76_65_70_6F_69_6E
  case release = 0x72_65_6C_65_61_73_65

  // What a session holds.
  case discard = 0x64_69_73_63_61_72_64
  case plans = 0x70_6C_61_6E_73
  case sequences = 0x73_65_71_75_65_6E_63_65
  case temp = 0x74_65_6D_70
  case temporary = 0x74_65_6D_70_6F_72_61_72
  case deallocate = 0x64_65_61_6C_6C_6F_63_61
  case prepare = 0x70_72_65_70_61_72_65
  case declare = 0x64_65_63_6C_61_72_65
  case cursor = 0x63_75_72_73_6F_72
  case with = 0x77_69_74_68
  case hold = 0x68_6F_6C_64
  case listen = 0x6C_69_73_74_65_6E
  case unlisten = 0x75_6E_6C_69_73_74_65_6E
  case load = 0x6C_6F_61_64
  case create = 0x63_72_65_61_74_65
  case or = 0x6F_72
  case replace = 0x72_65_70_6C_61_63_65
  case global = 0x67_6C_6F_62_61_6C

  // Cursors.
  case fetch = 0x66_65_74_63_68
  case move = 0x6D_6F_76_65
  case close = 0x63_6C_6F_73_65

  /// The keyword that a word is, if it is one: `word` is where it stands in `text`, `lanes` its first
  /// eight bytes or it and what follows, of which `letters`, at least one, are letters.
  @inline(__always)
  init?(first lanes: UInt64, letters: Int, word: Range<Int>, in text: RawSpan) {
    let lowered = (lanes | ByteLanes.ones &* 0x20).byteSwapped >> UInt64(64 - 8 * letters)
    guard let keyword = Keyword(rawValue: lowered) else { return nil }
    if letters == 8, !keyword.ends(word, in: text) { return nil }
    self = keyword
  }

  /// Whether a word that begins with these eight letters ends like this keyword.
  private func ends(_ word: Range<Int>, in text: RawSpan) -> Bool {
    word.count == 8 + ending.utf8.count && text.hasText(ending, at: word.lowerBound + 8)
  }

  /// The letters behind the eighth.
  private var ending: String {
    switch self {
    case .authorization: "ation"
    case .characteristics: "ristics"
    case .transaction: "ion"
    case .constraints: "nts"
    case .savepoint: "t"
    case .sequences: "s"
    case .temporary: "y"
    case .deallocate: "te"
    default: ""
    }
  }
}
