using System.Net;
using System.Text.Json;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync;

/// <summary>Signatures that a registry keeps itself. Source: OpenShift's signature API, as containers/image reads it.</summary>
internal sealed class SignatureExtension(RemoteAddress address, Exchange exchange)
{
    private const int MaxAnswerBytes = 16 * 1024 * 1024;

    /// <summary>Whether the registry says that it has it, to somebody without a login.</summary>
    public async Task<bool> IsAnnouncedAsync(CancellationToken cancellationToken)
    {
        var request = UpstreamRequest.Get(address.At("v2/"), "what the registry can do") with
        {
            WithLogin = false,
            Expects = status => status is HttpStatusCode.OK or HttpStatusCode.Unauthorized,
        };
        return await exchange.AskOnceAsync(
            request,
            (answer, _) => Task.FromResult(answer.Header("X-Registry-Supports-Signatures") == "1"),
            cancellationToken);
    }

    public async Task<IReadOnlyList<byte[]>> ListAsync(Digest manifest, CancellationToken cancellationToken)
    {
        var subject = $"the signatures of {manifest} in {address.Repository}";
        var url = address.At($"extensions/v2/{address.Repository}/signatures/{manifest}");
        return await exchange.AskAsync(
            UpstreamRequest.Get(url, subject, "application/json"),
            (answer, stop) => ReadAsync(answer, subject, stop),
            cancellationToken);
    }

    private static async Task<IReadOnlyList<byte[]>> ReadAsync(
        UpstreamAnswer answer, string subject, CancellationToken cancellationToken)
    {
        if (answer.Status == HttpStatusCode.NotFound)
            return [];
        using var json = await answer.ReadJsonAsync(MaxAnswerBytes, subject, cancellationToken);
        var entries = JsonText.List(json.RootElement, "signatures") ?? throw answer.NotJson(subject);
        return [.. entries.Select(Content).OfType<byte[]>().Take(SignatureBytes.MaxCount)];
    }

    // Whatever else there is, clients pass over it.
    private static byte[]? Content(JsonElement entry) =>
        JsonText.Member(entry, "type") == "atomic"
        && (IsSecond(entry, "schemaVersion") || IsSecond(entry, "version"))
        && entry.TryGetProperty("content", out var content)
        && content.ValueKind == JsonValueKind.String
        && content.TryGetBytesFromBase64(out var bytes)
            ? bytes.Length > SignatureBytes.MaxBytes ? bytes[..SignatureBytes.MaxBytes] : bytes
            : null;

    private static bool IsSecond(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var version)
        && version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number) && number == 2;
}
