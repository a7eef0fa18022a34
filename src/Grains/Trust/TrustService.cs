using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Trust;

/// <inheritdoc cref="ITrust"/>
internal sealed class TrustService(
    TrustPolicies policies, TrustBasis basis, VerdictCache cache, ImageJudge judge, ISignatureGate gate,
    IImageReader images, IContentReader content, TimeProvider clock) : ITrust
{
    // Names that one manifest is judged by. Who gives it more has to pull it by one that allows it.
    private const int MostNames = 32;

    private const int Page = 100;

    // Manifests that name one blob. Beyond that it is not known that one allows it, and it is not served.
    private const int MostUsers = 1_000;

    public ValueTask<IReadOnlyList<TrustPolicyRecord>> FindPoliciesAsync(
        RepositoryName name, Guid repository, CancellationToken cancellationToken) =>
        policies.FindAsync(name, repository, cancellationToken);

    public async ValueTask<TrustVerdict> JudgeAsync(
        TrustPolicyRecord policy, PulledImage image, Manifest manifest, CancellationToken cancellationToken)
    {
        var withheld = await gate.AskAsync(cancellationToken);
        var key = new VerdictKey(image, manifest.Digest, policy.Id, policy.Revision, withheld.Epoch);
        if (cache.Find(key) is { } known)
            return known;
        var by = await basis.OpenAsync(policy, withheld, clock.GetUtcNow(), everything: false, cancellationToken);
        return cache.Keep(key, await JudgeAsync(policy, by, image, manifest, cancellationToken));
    }

    public async ValueTask<TrustVerdict?> JudgeBlobAsync(
        TrustPolicyRecord policy, PulledImage image, Digest blob, CancellationToken cancellationToken)
    {
        var withheld = await gate.AskAsync(cancellationToken);
        var key = new VerdictKey(image, blob, policy.Id, policy.Revision, withheld.Epoch);
        if (cache.Find(key) is { } known)
            return known;
        var by = await basis.OpenAsync(policy, withheld, clock.GetUtcNow(), everything: false, cancellationToken);
        Judgement? refused = null;
        string? last = null;
        for (var looked = 0; looked < MostUsers; looked += Page)
        {
            var users = await images.UsersOfAsync(
                image.Repository, image.Version, blob, last, Page, cancellationToken);
            foreach (var user in users)
            {
                if (withheld.Has(user) || await content.FindManifestAsync(user, cancellationToken) is not { } manifest)
                    continue;
                var judged = await JudgeByAnyNameAsync(policy, by, image, manifest, cancellationToken);
                if (judged.Verdict.IsAllowed)
                    return cache.Keep(key, judged);
                refused ??= judged;
            }

            if (users.Count < Page)
                break;
            last = users[^1].ToString();
        }

        return refused is null ? null : cache.Keep(key, refused);
    }

    public async Task<TrustVerdict> ExplainAsync(
        TrustPolicyRecord policy, PulledImage image, Manifest manifest, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var withheld = (await gate.AskAsync(cancellationToken)).RequireConfirmed();
        var by = await basis.OpenAsync(policy, withheld, now, everything: true, cancellationToken);
        return (await JudgeAsync(policy, by, image, manifest, cancellationToken)).Verdict;
    }

    private Task<Judgement> JudgeAsync(
        TrustPolicyRecord policy, JudgedBy by, PulledImage image, Manifest manifest,
        CancellationToken cancellationToken) => image.Tag is { } tag
            ? JudgeAsync(policy, by, image, manifest, [NameOf(image, tag)], cancellationToken)
            : JudgeByDigestAsync(policy, by, image, manifest, [], cancellationToken);

    // Nobody knows by which name an image is meant whose blob is pulled.
    private async Task<Judgement> JudgeByAnyNameAsync(
        TrustPolicyRecord policy, JudgedBy by, PulledImage image, Manifest manifest,
        CancellationToken cancellationToken)
    {
        var tags = await images.TagsOfAsync(
            image.Repository, image.Version, manifest.Digest, MostNames, cancellationToken);
        return await JudgeByDigestAsync(
            policy, by, image, manifest, tags.Select(tag => NameOf(image, tag)), cancellationToken);
    }

    // By its own digest; else by the names of the indexes that list it, as clients do that chose it from one of them.
    private async Task<Judgement> JudgeByDigestAsync(
        TrustPolicyRecord policy, JudgedBy by, PulledImage image, Manifest manifest,
        IEnumerable<ImageReference> others, CancellationToken cancellationToken)
    {
        var own = await JudgeAsync(
            policy, by, image, manifest, [NameOf(image, manifest.Digest), .. others], cancellationToken);
        if (own.Verdict.IsAllowed)
            return own;
        var names = new List<ImageReference>();
        foreach (var parent in await images.ParentsOfAsync(
            image.Repository, image.Version, manifest.Digest, MostNames, cancellationToken))
        {
            names.Add(NameOf(image, parent));
            var tags = await images.TagsOfAsync(
                image.Repository, image.Version, parent, MostNames, cancellationToken);
            names.AddRange(tags.Select(tag => NameOf(image, tag)));
            if (names.Count >= MostNames)
                break;
        }

        if (names.Count == 0)
            return own;
        var listed = await JudgeAsync(policy, by, image, manifest, names, cancellationToken);
        return listed.Verdict.IsAllowed
            ? listed
            : own with { Verdict = own.Verdict with { Images = [.. own.Verdict.Images, .. listed.Verdict.Images] } };
    }

    private async Task<Judgement> JudgeAsync(
        TrustPolicyRecord policy, JudgedBy by, PulledImage image, Manifest manifest,
        IReadOnlyList<ImageReference> names, CancellationToken cancellationToken)
    {
        if (manifest.TryRead() is { } document && SignatureManifests.IsNothingElse(document))
            return new(new(policy, true, "It attaches signatures to images: that is what others are judged by.", []), null);
        var judged = new List<TimedVerdict>();
        foreach (var name in names)
        {
            judged.AddRange(await judge.JudgeAsync(
                by, image.Repository, image.Version, manifest, name, cancellationToken));
            if (judged.Exists(one => one.Verdict.IsAllowed) && !by.Everything)
                break;
        }

        var allowed = judged.Find(one => one.Verdict.IsAllowed);
        var why = allowed?.Verdict.Why ?? (judged is [var first, ..]
            ? first.Verdict.Why
            : "It lists no image that is here, and only images are judged.");
        return new(new(policy, allowed is not null, why, [.. judged.Select(one => one.Verdict)]), allowed?.EndsAt);
    }

    private static ImageReference NameOf(PulledImage image, Tag tag) => NameOf($"{image.Host}/{image.Name}:{tag}");

    private static ImageReference NameOf(PulledImage image, Digest digest) =>
        NameOf($"{image.Host}/{image.Name}@{digest}");

    private static ImageReference NameOf(string text) => ImageReference.TryParse(text, out var reference)
        ? reference
        : throw new ProblemException(
            ProblemKind.NameInvalid,
            "By this name no client can pull an image, and no policy can judge it: host and path together are too long, or the "
            + "host is no name.",
            text);
}

/// <param name="Verdict">The verdict.</param>
/// <param name="EndsAt">When what allows the image ends by itself; null for never.</param>
internal sealed record Judgement(TrustVerdict Verdict, DateTimeOffset? EndsAt);
