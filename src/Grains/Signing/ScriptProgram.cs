using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace OrleansRegistry.Signing;

/// <summary>
/// Runs signing programs in the way of Pulp: the manifest's file as the only argument, <c>REFERENCE</c>,
/// <c>SIG_PATH</c>, <c>PULP_SIGNING_KEY_FINGERPRINT</c> and <c>CORRELATION_ID</c> in the environment, and
/// <c>{"signature_path": …}</c> as the answer. Each run has a time, an amount of output and a directory of its own.
/// </summary>
/// <remarks>Of the server's environment it gets only what programs need everywhere: the rest may hold secrets.</remarks>
public sealed class ScriptProgram(IOptions<SigningOptions> options) : IDisposable
{
    private const int MaxOutput = 64 * 1024;
    private const int MaxSignature = 64 * 1024;
    private const int MaxShown = 500;

    private static readonly string[] Inherited =
        ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "GNUPGHOME", "XDG_RUNTIME_DIR"];

    private readonly SemaphoreSlim _places = new(options.Value.ScriptsAtOnce);

    public void Dispose() => _places.Dispose();

    /// <summary>Why that program must not run, or null.</summary>
    public string? WhyForbidden(string path)
    {
        if (!Path.IsPathFullyQualified(path))
            return "The path of the script must be absolute.";
        if (options.Value.ScriptDirectories.Length == 0)
            return "Signing scripts are switched off: name the directories that they may be in by the setting "
                + "Signing:ScriptDirectories.";
        if (!File.Exists(path))
            return $"There is no script {path} on this node.";
        var real = RealPath(path);
        return options.Value.ScriptDirectories.Any(directory =>
            real.StartsWith(RealPath(directory).TrimEnd('/') + '/', StringComparison.Ordinal))
            ? null
            : $"The script {path} is not in a directory that the setting Signing:ScriptDirectories names.";
    }

    /// <summary>The signature that the program makes.</summary>
    /// <exception cref="SigningFailedException">It makes none.</exception>
    public async Task<byte[]> SignAsync(
        SigningServiceRecord service,
        ReadOnlyMemory<byte> manifest,
        string reference,
        string correlation,
        CancellationToken cancellationToken)
    {
        if (WhyForbidden(service.Script!) is { } refusal)
            throw new SigningFailedException(refusal);
        await _places.WaitAsync(cancellationToken);
        var directory = Directory.CreateTempSubdirectory("signing-");
        try
        {
            var file = Path.Combine(directory.FullName, "manifest.json");
            var signature = Path.Combine(directory.FullName, "signature");
            await File.WriteAllBytesAsync(file, manifest, cancellationToken);
            var start = Start(service.Script!, file);
            start.Environment["REFERENCE"] = reference;
            start.Environment["SIG_PATH"] = signature;
            start.Environment["PULP_SIGNING_KEY_FINGERPRINT"] = service.Fingerprint;
            start.Environment["CORRELATION_ID"] = correlation;
            var output = await RunAsync(start, cancellationToken);
            return await ReadAsync(SignaturePath(output), directory.FullName, cancellationToken);
        }
        finally
        {
            directory.Delete(recursive: true);
            _places.Release();
        }
    }

    private static ProcessStartInfo Start(string script, string file)
    {
        var start = new ProcessStartInfo(script, [file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(file),
        };
        foreach (var name in start.Environment.Keys.Except(Inherited).ToList())
            start.Environment.Remove(name);
        return start;
    }

    private async Task<string> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new SigningFailedException($"The script {start.FileName} does not start: {exception.Message}.");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Value.ScriptTimeout);
        try
        {
            process.StandardInput.Close();
            var errors = ReadAsync(process.StandardError, patience.Token);
            var output = await ReadAsync(process.StandardOutput, patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0
                ? output
                : throw new SigningFailedException(
                    $"The script {start.FileName} ended with {process.ExitCode}: {Shown(await errors)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SigningFailedException(
                $"The script {start.FileName} took longer than {options.Value.ScriptTimeout.TotalSeconds:0.#} s, and was "
                + "stopped.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
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

    private static string SignaturePath(string output)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            return json.RootElement.GetProperty("signature_path").GetString()!;
        }
        catch (Exception exception) when (exception
            is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new SigningFailedException(
                $"The script answers no JSON {{\"signature_path\": …}}, but: {Shown(output)}");
        }
    }

    // A program of a stranger's might name any file of the server's.
    private static async Task<byte[]> ReadAsync(string? path, string directory, CancellationToken cancellationToken)
    {
        if (path is null || !Path.GetFullPath(path, directory).StartsWith(directory + '/', StringComparison.Ordinal))
            throw new SigningFailedException("The script must write the signature to the file that SIG_PATH names.");
        var file = new FileInfo(Path.GetFullPath(path, directory));
        if (!file.Exists || file.LinkTarget is not null)
            throw new SigningFailedException("The script did not write the signature that it names.");
        return file.Length <= MaxSignature
            ? await File.ReadAllBytesAsync(file.FullName, cancellationToken)
            : throw new SigningFailedException($"The script wrote a signature of more than {MaxSignature} bytes.");
    }

    private static string Shown(string text) =>
        text.Length == 0 ? "(nothing)" : text.Length <= MaxShown ? text.Trim() : text[..MaxShown].Trim() + " …";

    // Links on the way count too: a link out of the directory leads out of it.
    private static string RealPath(string path)
    {
        var real = "/";
        foreach (var part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            FileSystemInfo info = Directory.Exists(real) ? new DirectoryInfo(real) : new FileInfo(real);
            if (info.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                real = RealPath(target.FullName);
        }

        return real;
    }
}
