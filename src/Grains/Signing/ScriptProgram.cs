using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansRegistry.Signing;

/// <summary>
/// Runs signing programs in the way of Pulp: the manifest's file as the only argument, <c>REFERENCE</c>,
/// <c>SIG_PATH</c>, <c>PULP_SIGNING_KEY_FINGERPRINT</c> and <c>CORRELATION_ID</c> in the environment, and
/// <c>{"signature_path": …}</c> as the answer. Each run has a time, an amount of output and a directory of its own.
/// What it writes besides may hold secrets: the node's log gets it, and who asked the id under which it stands there.
/// </summary>
public sealed partial class ScriptProgram(IOptions<SigningOptions> options, ILogger<ScriptProgram> logger) : IDisposable
{
    private const int MaxSignature = 64 * 1024;

    private readonly SemaphoreSlim _places = new(options.Value.ScriptsAtOnce);

    public void Dispose() => _places.Dispose();

    /// <summary>Why that program must not run, or null.</summary>
    public string? WhyForbidden(string path)
    {
        if (!Path.IsPathFullyQualified(path) || Path.GetFullPath(path) != path)
            return "The path of the script must be absolute, and without '.' and '..'.";
        if (options.Value.ScriptDirectories.Length == 0)
            return "Signing scripts are switched off: name the directories that they may be in by the setting "
                + "Signing:ScriptDirectories.";
        if (!File.Exists(path))
            return $"There is no script {path} on this node.";
        var real = RealPath(path);
        if (!OperatingSystem.IsWindows()
            && (IsOpen(File.GetUnixFileMode(real)) || IsOpen(File.GetUnixFileMode(Path.GetDirectoryName(real)!))))
            return $"Every user of this node could put another program in the place of {path}: take away their right to "
                + "write to it and to its directory.";
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
        try
        {
            return await SignAloneAsync(service, manifest, reference, correlation, cancellationToken);
        }
        catch (SigningFailedException failure) when (!string.IsNullOrWhiteSpace(failure.ForLog))
        {
            throw Told(failure.Message, failure.ForLog);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Told($"The script {service.Script} left no signature behind.", failure.Message);
        }
        finally
        {
            _places.Release();
        }

        SigningFailedException Told(string sentence, string details)
        {
            LogFailure(service.Script, reference, correlation, ScriptRun.Shown(details));
            return new($"{sentence} The log of the node that ran it says more, under {correlation}.");
        }
    }

    private async Task<byte[]> SignAloneAsync(
        SigningServiceRecord service,
        ReadOnlyMemory<byte> manifest,
        string reference,
        string correlation,
        CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("signing-").FullName;
        try
        {
            var file = Path.Combine(directory, "manifest.json");
            var signature = Path.Combine(directory, "signature");
            await File.WriteAllBytesAsync(file, manifest, cancellationToken);
            using var run = new ScriptRun(RealPath(service.Script!), file, new()
            {
                ["REFERENCE"] = reference,
                ["SIG_PATH"] = signature,
                ["PULP_SIGNING_KEY_FINGERPRINT"] = service.Fingerprint,
                ["CORRELATION_ID"] = correlation,
            });
            var output = await run.EndAsync(options.Value.ScriptTimeout, cancellationToken);
            RequirePath(SignaturePath(output), signature);
            return await ReadAsync(new FileInfo(signature), cancellationToken);
        }
        finally
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
    }

    private static string? SignaturePath(string output)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            return json.RootElement.GetProperty("signature_path").GetString();
        }
        catch (Exception exception) when (exception
            is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new SigningFailedException("The script answers no JSON {\"signature_path\": …}.") { ForLog = output };
        }
    }

    // A program of a stranger's might name any file of the server's.
    private static void RequirePath(string? path, string wanted)
    {
        if (path is null || path.Contains('\0') || Path.GetFullPath(path, Path.GetDirectoryName(wanted)!) != wanted)
            throw new SigningFailedException("The script must write the signature to the file that SIG_PATH names.");
    }

    // No link, and no pipe, which has no length and would be waited for.
    private static async Task<byte[]> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        if (!file.Exists || file.LinkTarget is not null || file.Length == 0)
            throw new SigningFailedException("The script did not write the signature that it names.");
        return file.Length <= MaxSignature
            ? await File.ReadAllBytesAsync(file.FullName, cancellationToken)
            : throw new SigningFailedException($"The script wrote a signature of more than {MaxSignature} bytes.");
    }

    private static bool IsOpen(UnixFileMode mode) => (mode & UnixFileMode.OtherWrite) != UnixFileMode.None;

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

    [LoggerMessage(LogLevel.Warning, "The script {Script} did not sign {Reference} ({Correlation}): {Details}")]
    private partial void LogFailure(string? script, string reference, string correlation, string details);
}
