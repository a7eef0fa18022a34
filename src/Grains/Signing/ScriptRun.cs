using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace OrleansRegistry.Signing;

/// <summary>One run of a program, in a group of processes of its own: what it left running ends with it.</summary>
/// <remarks>Of the server's environment it gets only what programs need everywhere: the rest may hold secrets.</remarks>
internal sealed partial class ScriptRun : IDisposable
{
    private const int MaxOutput = 64 * 1024;
    private const int MaxShown = 2000;
    private const int Kill = 9;

    // Part of every Linux: it makes the program the head of a group, and is the program from then on.
    private const string Group = "/usr/bin/setsid";

    private static readonly string[] Inherited =
        ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "GNUPGHOME", "XDG_RUNTIME_DIR"];

    private readonly string _program;
    private readonly bool _isGroup = File.Exists(Group);
    private readonly Process _process;

    /// <exception cref="SigningFailedException">It does not start.</exception>
    public ScriptRun(string program, string argument, Dictionary<string, string> environment)
    {
        _program = program;
        var start = _isGroup
            ? new ProcessStartInfo(Group, [program, argument])
            : new ProcessStartInfo(program, [argument]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.WorkingDirectory = Path.GetDirectoryName(argument);
        foreach (var name in start.Environment.Keys.Except(Inherited).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        try
        {
            _process.Start();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            _process.Dispose();
            throw new SigningFailedException($"The script {program} does not start.") { ForLog = exception.Message };
        }
    }

    /// <summary>What it writes.</summary>
    /// <exception cref="SigningFailedException">It fails, takes too long or writes too much.</exception>
    public async Task<string> EndAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(atMost);
        try
        {
            _process.StandardInput.Close();
            var errors = ReadAsync(_process.StandardError, patience.Token);
            var output = ReadAsync(_process.StandardOutput, patience.Token);
            await await Task.WhenAny(errors, output); // one that writes too much is not waited for
            await Task.WhenAll(errors, output);
            await _process.WaitForExitAsync(patience.Token);
            return _process.ExitCode == 0
                ? await output
                : throw new SigningFailedException($"The script {_program} ended with {_process.ExitCode}.")
                {
                    ForLog = await errors,
                };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SigningFailedException(
                $"The script {_program} took longer than {atMost.TotalSeconds:0.#} s, and was stopped.");
        }
    }

    public void Dispose()
    {
        if (_isGroup)
            _ = SendSignal(-_process.Id, Kill); // the whole group, whoever of it is left
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    /// <summary>The beginning of what a program wrote, in one line, as no other line of a log can be made to look.</summary>
    public static string Shown(string text)
    {
        var beginning = text.AsSpan(0, Math.Min(text.Length, MaxShown)).Trim();
        var line = new StringBuilder();
        foreach (var letter in beginning)
            if (char.IsControl(letter) || letter is '\\' or '\u2028' or '\u2029')
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else
                line.Append(letter);
        return text.Length > MaxShown ? $"{line} …" : line.ToString();
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            text.Append(buffer, 0, count);
            if (text.Length > MaxOutput)
                throw new SigningFailedException($"The script wrote more than {MaxOutput} characters.");
        }

        return text.ToString();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
