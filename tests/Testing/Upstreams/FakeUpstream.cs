using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Testing;

/// <summary>
/// A registry with one repository and a lookaside store beside it, in memory, that does as it is told: also what no
/// registry should.
/// </summary>
public sealed class FakeUpstream : IAsyncDisposable
{
    public const string Name = "team/app";

    private readonly WebApplication _app;

    private FakeUpstream(WebApplication app) => _app = app;

    public ConcurrentDictionary<string, Manifest> Tags { get; } = new();

    public ConcurrentDictionary<string, Manifest> Manifests { get; } = new();

    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new();

    /// <summary>By the digests of manifests, in both sources.</summary>
    public ConcurrentDictionary<string, List<byte[]>> Signatures { get; } = new();

    /// <summary>Whether it has the extension for signatures.</summary>
    public bool HasExtension { get; set; }

    /// <summary>Whether it has the list of referrers.</summary>
    public bool HasReferrers { get; set; }

    /// <summary>Answers in place of the registry, where it does: by method and path.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>What was asked for: <c>GET /v2/…</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public string Url => _app.Urls.First();

    public string Sigstore => Url + "/sigs";

    public static async Task<FakeUpstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var upstream = new FakeUpstream(app);
        app.Run(upstream.AnswerAsync);
        await app.StartAsync();
        return upstream;
    }

    /// <summary>How often that was asked for, from the beginning of its line.</summary>
    public int Asked(string start) => Requests.Count(request => request.StartsWith(start, StringComparison.Ordinal));

    /// <summary>An image with one layer of its own, under that tag, or none.</summary>
    public Manifest Image(string? tag, string layer, Manifest? subject = null, string? artifactType = null)
    {
        foreach (var words in new[] { $"config of {layer}", layer })
            Blobs[Images.DigestOf(words).ToString()] = Images.BytesOf(words);
        return Add(tag, Images.Image($"config of {layer}", [layer], subject, artifactType));
    }

    public Manifest Index(string? tag, params Manifest[] entries) => Add(tag, Images.Index(entries));

    public Manifest Add(string? tag, Manifest manifest)
    {
        Manifests[manifest.Digest.ToString()] = manifest;
        if (tag is not null)
            Tags[tag] = manifest;
        return manifest;
    }

    public void Sign(Manifest manifest, byte[]? signature = null) =>
        Signatures.GetOrAdd(manifest.Digest.ToString(), _ => [])
            .Add(signature ?? Openpgp.Sign(manifest.Digest.ToString()));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Requests.Enqueue($"{context.Request.Method} {path}");
        if (HasExtension)
            context.Response.Headers["X-Registry-Supports-Signatures"] = "1";
        if (Instead is { } instead && await instead(context))
            return;
        var start = $"/v2/{Name}/";
        if (path == "/v2/")
            await context.Response.WriteAsync("{}");
        else if (path == $"{start}tags/list")
            await JsonAsync(context, new { name = Name, tags = Tags.Keys.Order(StringComparer.Ordinal).ToArray() });
        else if (path.StartsWith($"{start}manifests/", StringComparison.Ordinal))
            await ManifestAsync(context, path[$"{start}manifests/".Length..]);
        else if (path.StartsWith($"{start}blobs/", StringComparison.Ordinal))
            await BlobAsync(context, path[$"{start}blobs/".Length..]);
        else if (HasReferrers && path.StartsWith($"{start}referrers/", StringComparison.Ordinal))
            await ReferrersAsync(context, path[$"{start}referrers/".Length..]);
        else if (path.StartsWith($"/sigs/{Name}@sha256=", StringComparison.Ordinal))
            await LookasideAsync(context, path[$"/sigs/{Name}@sha256=".Length..]);
        else if (HasExtension && path.StartsWith($"/extensions/v2/{Name}/signatures/", StringComparison.Ordinal))
            await ExtensionAsync(context, path[$"/extensions/v2/{Name}/signatures/".Length..]);
        else
            context.Response.StatusCode = 404;
    }

    private async Task ManifestAsync(HttpContext context, string reference)
    {
        if (!(Tags.TryGetValue(reference, out var manifest) || Manifests.TryGetValue(reference, out manifest)))
        {
            context.Response.StatusCode = 404;
            return;
        }

        context.Response.ContentType = manifest.MediaType;
        context.Response.Headers["Docker-Content-Digest"] = manifest.Digest.ToString();
        context.Response.ContentLength = manifest.Bytes.Length;
        if (context.Request.Method == "GET")
            await context.Response.BodyWriter.WriteAsync(manifest.Bytes);
    }

    private Task BlobAsync(HttpContext context, string digest)
    {
        if (Blobs.TryGetValue(digest, out var bytes))
            return Results.Bytes(bytes, "application/octet-stream", enableRangeProcessing: true).ExecuteAsync(context);
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }

    private Task ReferrersAsync(HttpContext context, string digest)
    {
        var entries = Manifests.Values.Where(manifest => manifest.Document.Subject?.Digest.ToString() == digest)
            .Select(manifest => new
            {
                mediaType = manifest.MediaType,
                digest = manifest.Digest.ToString(),
                size = manifest.Bytes.Length,
            });
        return JsonAsync(context, new { schemaVersion = 2, mediaType = MediaTypes.OciIndex, manifests = entries }, MediaTypes.OciIndex);
    }

    private async Task LookasideAsync(HttpContext context, string rest)
    {
        var (hex, number) = (rest[..64], int.Parse(rest.Split("signature-")[1]));
        if (Signatures.TryGetValue($"sha256:{hex}", out var signatures) && number <= signatures.Count)
            await context.Response.BodyWriter.WriteAsync(signatures[number - 1]);
        else
            context.Response.StatusCode = 404;
    }

    private Task ExtensionAsync(HttpContext context, string digest) => JsonAsync(context, new
    {
        signatures = (Signatures.GetValueOrDefault(digest) ?? []).Select(bytes => new
        {
            schemaVersion = 2,
            type = "atomic",
            name = $"{digest}@{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}",
            content = Convert.ToBase64String(bytes),
        }),
    });

    private static Task JsonAsync(HttpContext context, object value, string type = "application/json")
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(JsonSerializer.Serialize(value));
    }
}
