using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Oci;
using OrleansRegistry.Registry;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>trust/explain/</c>: whether an image may be pulled, and why: every requirement, every signature that was tried, the key,
/// the rule for its reference. It asks what a pull asks.
/// </summary>
internal static class ExplainEndpoint
{
    private const string Path = ResourceTable.Root + "trust/explain/";

    public static void MapExplain(this OperationMap operations) => operations.Map(
        new("trust_explain", "GET", Path)
        {
            Parameters =
            [
                new("image", Schema.Text) { Description = "The image: [host/]name[:tag][@digest]" },
                new("policy", Schema.Text) { Description = "A trust policy, by href or PRN; without it, the one that holds" },
                new("at", Schema.Text) { Description = "The number of a version, or a time" },
                new("id", Schema.Text) { Description = "The id of an explanation, as a refusal tells it" },
            ],
            Answers = new Dictionary<int, JsonObject?> { [200] = Schema.Object },
        },
        ExplainAsync);

    private static async Task<IResult> ExplainAsync(
        string? image, string? policy, string? at, string? id, HttpContext context, ServedContent content,
        VisibleContent visible, ITrust trust, ITrustPolicyStore store, IListing<TrustPolicyRecord> policies,
        IImageReader images, IVersionHistory history, PublicAddress address, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(id))
        {
            if (!ExplanationId.TryParse(id, out var asked))
                throw RefusedException.Field("id", "This is no id of an explanation, as a refused pull tells it.");
            image ??= asked.Image.ToString();
            policy ??= Address.Href(ResourceKind.TrustPolicy, asked.Policy);
            at ??= asked.Version.ToString(CultureInfo.InvariantCulture);
        }

        var (host, name, reference) = ReadImage(image, address.HostOf(context.Request));
        var served = await content.GetAsync(name, cancellationToken);
        var now = clock.GetUtcNow();
        if (!string.IsNullOrEmpty(at))
            (served, now) = await AtAsync(at, served, now, images, history, cancellationToken);
        var manifest = await visible.GetManifestAsync(served, reference, cancellationToken);
        var pulled = new PulledImage(
            host, name, reference.Digest is null ? reference.Tag : null, served.Repository, served.Version);
        var record = string.IsNullOrEmpty(policy)
            ? await store.FindInForceAsync(name, cancellationToken)
            : await FindPolicyAsync(policy, policies, cancellationToken);
        var verdict = record is null ? null : await trust.ExplainAsync(record, pulled, manifest, now, cancellationToken);
        if (string.IsNullOrEmpty(policy) && verdict is not { IsAllowed: false, Policy.Settings.Mode: TrustMode.Enforce }
            && await store.FindAcceptanceAsync(served.Repository, cancellationToken) is { } accepted)
        {
            // What the repository takes is refused besides.
            record = accepted;
            verdict = await trust.ExplainAsync(record, pulled, manifest, now, cancellationToken);
        }

        return PulpJson.Answer(Answer(pulled, reference, manifest, record, verdict, now));
    }

    private static (string Host, RepositoryName Name, Reference Reference) ReadImage(string? image, string host)
    {
        if (string.IsNullOrEmpty(image))
            throw RefusedException.Field("image", "This field is required: the image, as [host/]name[:tag] or [host/]name@digest.");
        // Without a host, it is this registry's own.
        var first = image.Split('/')[0];
        var hasHost = image.Contains('/')
            && (first.Contains('.') || first.Contains(':') || first == "localhost" || first == host);
        if (!ImageReference.TryParse(hasHost ? image : $"{host}/{image}", out var parsed)
            || !RepositoryName.TryParse(parsed.Name[(parsed.Domain.Length + 1)..], out var name))
            throw RefusedException.Field("image", "This is no image: enter [host/]name[:tag] or [host/]name@digest.");
        var full = parsed.WithDefaultTag();
        if (full.Digest is null)
            return (parsed.Domain, name, Reference.To(Tag.Parse(full.Tag!)));
        return Digest.TryParse(full.Digest, out var digest)
            ? (parsed.Domain, name, Reference.To(digest))
            : throw RefusedException.Field("image", "Manifests here have digests by SHA-256 or SHA-512.");
    }

    private static async Task<(Served, DateTimeOffset)> AtAsync(
        string at, Served served, DateTimeOffset now, IImageReader images, IVersionHistory history,
        CancellationToken cancellationToken)
    {
        if (int.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return await history.ExistsAsync(served.Repository, number, cancellationToken)
                ? (served with { Version = number, IsPinned = true }, now)
                : throw RefusedException.Field("at", $"The repository has no version {number}, or not any more.");
        if (!DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            throw RefusedException.Field("at", "Enter the number of a version, or a time such as 2026-05-31T12:00:00Z.");
        return await images.VersionAtAsync(served.Repository, time, cancellationToken) is { } newest
            ? (served with { Version = newest, IsPinned = true }, time)
            : throw RefusedException.Field("at", "The repository had no version then.");
    }

    private static async Task<TrustPolicyRecord> FindPolicyAsync(
        string policy, IListing<TrustPolicyRecord> policies, CancellationToken cancellationToken) =>
        Address.TryParse(policy, out var resource) && resource.Kind is ResourceKind.TrustPolicy
            && await policies.FindAsync(resource.Id, cancellationToken) is { } found
                ? found
                : throw RefusedException.Field("policy", "There is no such trust policy: enter its href or PRN.");

    private static JsonObject Answer(
        PulledImage pulled, Reference reference, Manifest manifest, TrustPolicyRecord? policy, TrustVerdict? verdict,
        DateTimeOffset now)
    {
        var isRefused = verdict is { IsAllowed: false };
        return new()
        {
            ["image"] = $"{pulled.Host}/{pulled.Name}{(reference.Digest is null ? ":" : "@")}{reference}",
            ["manifest"] = manifest.Digest.ToString(),
            ["repository"] = Address.Href(ResourceKind.Repository, pulled.Repository),
            ["repository_version"] = Address.Href(ResourceReference.Version(pulled.Repository, pulled.Version)),
            ["judged_at"] = PulpJson.Time(now),
            ["policy"] = policy is null ? null : Address.Href(ResourceKind.TrustPolicy, policy.Id),
            ["policy_name"] = policy?.Settings.Name,
            ["policy_revision"] = policy?.Revision,
            ["mode"] = policy?.Settings.Mode.Name,
            ["allowed"] = !isRefused,
            ["why"] = verdict?.Why ?? "No trust policy holds for this name: anything may be pulled.",
            ["pull"] = !isRefused || policy!.Settings.Mode is TrustMode.Off ? "served"
                : policy.Settings.Mode is TrustMode.Warn ? "served with a warning" : "refused",
            ["images"] = new JsonArray([.. (verdict?.Images ?? []).Select(TrustJson.Of)]),
        };
    }
}
