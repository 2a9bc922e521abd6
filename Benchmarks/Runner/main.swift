// The program under measurement in the side-by-side runs: answers queries on an open book one after the other, in one
// process, and says how long each took. Apart from `dealsh` because its time must hold nothing but the query: no
// start, no drawing, no pipes.
//
// A line in, a line of nanoseconds and a number of rows out, then the rows as tab-separated cells:
//
//   query PQL          parse, bind, run and read every cell of the answer
//   open PATH          map a book and make it ready for queries
//   import TABLE PATH  make a new book of a file
//   save PATH          write the open book to a new file
//   size COLUMN …      not timed: the bytes of these columns of the deals
//   machine            not timed: bytes per second read by all processors, and how many times one of them they are
//
// A request that fails gives a line `error` with the reason.

import Glibc

var bench = Bench()
while let line = readLine() {
    let answer = Array((bench.answer(line).joined(separator: "\n") + "\n.\n").utf8)
    var start = 0
    while start < answer.count {
        let count = answer[start...].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        guard count > 0 else { exit(1) }
        start += count
    }
}
