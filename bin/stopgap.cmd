@echo off
rem Runs the stopgap command on the Node that this checkout pins, on Windows; bin/stopgap has the reasons.
setlocal
set NODE_OPTIONS=
set NODE_PATH=
set NODE_TLS_REJECT_UNAUTHORIZED=
set "node=%~dp0..\node_modules\node\bin\node.exe"
if not exist "%node%" (
  echo stopgap: the pinned Node is not installed yet; run: npm ci --include=dev --prefix "%~dp0.." >&2
  exit /b 70
)
set "NODE_COMPILE_CACHE=%~dp0..\node_modules\.cache\stopgap"
"%node%" --disable-warning=ExperimentalWarning "%~dp0..\cli\run.ts" %*
