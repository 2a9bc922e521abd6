// Arguments in, exit code out.

import Glibc

exit(run(Array(CommandLine.arguments.dropFirst())))
