/* A server of its own that Python is only a part of, as LiteSpeed's lswsgi is:
 * the interpreter is given no arguments, and finds itself by the PATH. Its
 * Python part is the file that it is started with. */

#include <Python.h>
#include <stdio.h>

int main(int count, char **words) {
  FILE *file = count == 2 ? fopen(words[1], "r") : NULL;
  if (file == NULL) return 2;
  Py_Initialize();
  return PyRun_SimpleFileEx(file, words[1], 1);
}
