using System.Globalization;
using OrleansRegistry.Bundles;
using OrleansRegistry.Hosting;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Commands;

/// <summary>
/// <c>bundle verify FILE…</c>: what a bundle is, and whether it is all of it. It needs no server, no settings and no network.
/// </summary>
internal static class BundleCommand
{
    private const string Usage = """
        Usage: bundle verify FILE… [--key FILE] [--revocations FILE]
          FILE           the bundle, its chunks in order, or the file …-toc.json beside them
          --key          the public key of the server that must have made it: its GET /pulp/api/v3/report-key/ says it
          --revocations  what is revoked by now: the answer of GET /revocations; where FILE.sig lies beside it, that
                         must be its signature by the key
        """;

    private const int MostList = 16 * 1024 * 1024;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ["verify", .. var rest])
            throw new SettingException(Usage);
        var options = Arguments.Parse(rest, ["--key", "--revocations"], [], Usage);
        if (options.Rest.Count == 0)
            throw new SettingException(Usage);
        try
        {
            var key = options.Find("--key") is { } file ? ReadKey(file) : null;
            var revocations = options.Find("--revocations") is { } list ? ReadList(list, key) : null;
            if (options.Rest.FirstOrDefault(file => !File.Exists(file)) is { } missing)
                throw new CommandFailedException($"There is no file {missing}.");
            await using var archive = await OpenAsync(options.Rest);
            Say(await BundleVerification.RunAsync(archive, key, revocations, CancellationToken.None), key, revocations);
            return 0;
        }
        catch (BundleException refused)
        {
            await Console.Error.WriteLineAsync($"The bundle is not good. {refused.Message}");
            return 1;
        }
        catch (Exception unusable) when (unusable is CommandFailedException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(unusable.Message);
            return 1;
        }
    }

    private static async Task<ChunkedInput> OpenAsync(IReadOnlyList<string> files)
    {
        if (files is not [var toc] || !toc.EndsWith("-toc.json", StringComparison.Ordinal))
            return new([.. files.Select(file => new ListedChunk(file))]);
        var listed = await TableOfContents.ReadAsync(toc, CancellationToken.None);
        var directory = Path.GetDirectoryName(Path.GetFullPath(toc))!;
        return new([.. listed.Files.Select(file => new ListedChunk(Path.Combine(directory, file.Key), file.Value))]);
    }

    private static ReportPublicKey ReadKey(string file) => ReportPublicKey.TryParse(File.ReadAllText(file), out var key)
        ? key
        : throw new CommandFailedException($"{file} is no Ed25519 public key in PEM.");

    private static RevocationList ReadList(string file, ReportPublicKey? key)
    {
        if (new FileInfo(file).Length > MostList)
            throw new CommandFailedException($"{file} is too big for a list of revocations.");
        var bytes = File.ReadAllBytes(file);
        if (key is not null && File.Exists($"{file}.sig") && !key.Verifies(bytes, File.ReadAllBytes($"{file}.sig")))
            throw new CommandFailedException($"{file}.sig is no signature of {file} by that key.");
        try
        {
            return RevocationList.Read(bytes);
        }
        catch (BundleException malformed)
        {
            throw new CommandFailedException($"{file}: {malformed.Message}");
        }
    }

    private static void Say(BundleVerification found, ReportPublicKey? key, RevocationList? revocations)
    {
        var (document, totals) = (found.Document, found.Document.Entries);
        Line($"Nothing is missing, nothing was added, nothing was altered: {totals.Count} files of {totals.Bytes} bytes.");
        Line($"bundle     {document.Id} ({document.Kind.ToString().ToLowerInvariant()})");
        Line($"made at    {document.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        Line($"made by    {found.Signer.Fingerprint}{(key is null ? " (as it says itself: no --key was given)" : "")}");
        Line($"content    {totals.Blobs} blobs, {totals.Manifests} manifests, {totals.Signatures} signatures");
        foreach (var one in document.Repositories)
            Line($"repository {one.Name}: complete up to version {one.Version}{(one.Since is { } since ? $", for who has version {since}" : "")}");
        if (revocations is null)
            return;
        Line($"revoked    {found.Revoked} of its signatures, as of {revocations.AsOf ?? "an unknown time"}");
        foreach (var signature in found.RevokedSignatures)
            Line($"           {signature}");
        if (found.Revoked > found.RevokedSignatures.Count)
            Line($"           and {found.Revoked - found.RevokedSignatures.Count} more");
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
