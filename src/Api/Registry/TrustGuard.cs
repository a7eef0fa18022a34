using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Registry;

/// <summary>Holds pulls to the trust policies of their name and repository: manifests, and blobs as the manifests that name them.</summary>
/// <remarks>
/// Who may push there, or have it signed, gets what is not signed yet: they are who signs it. Only who logged in can be known.
/// </remarks>
internal sealed class TrustGuard(ITrust trust, IListing<SigningServiceRecord> services, PublicAddress address)
{
    // There are a few of them.
    private const int MostServices = 1_000;

    /// <summary>Refuses a manifest that the policy does not allow, or warns of it.</summary>
    /// <exception cref="ProblemException">It is not allowed.</exception>
    public async Task RequireAsync(
        HttpContext context, Served served, RepositoryName name, Reference reference, Manifest manifest,
        CancellationToken cancellationToken)
    {
        foreach (var policy in await PoliciesOfAsync(context, served, name, cancellationToken))
        {
            var image = ImageOf(context, served, name, reference.Digest is null ? reference.Tag : null);
            var verdict = await trust.JudgeAsync(policy, image, manifest, cancellationToken);
            if (verdict.IsAllowed || await IsExemptAsync(context, name, image.Host, cancellationToken))
                continue;
            if (policy.Settings.Mode is not TrustMode.Warn)
                throw Refused(policy, image, verdict, reference.ToString());
            Measures.PullsWarned.Add(1);
            // Source: OCI distribution-spec, "Warnings"; RFC 7234, 5.5.
            context.Response.Headers.Warning =
                $"299 - \"{Quoted($"The trust policy '{policy.Settings.Name}' would not allow this image: {verdict.Why}")}\"";
        }
    }

    /// <summary>Refuses a blob that no manifest names which the policy allows.</summary>
    /// <exception cref="ProblemException">It is not allowed.</exception>
    public async Task RequireAsync(
        HttpContext context, Served served, RepositoryName name, Digest blob, CancellationToken cancellationToken)
    {
        if (await FindRefusalAsync(context, served, name, blob, cancellationToken) is not var (policy, image, verdict))
            return;
        if (verdict is null)
        {
            Measures.PullsRefused.Add(1);
            throw new ProblemException(
                ProblemKind.Denied,
                $"The trust policy '{policy.Settings.Name}' allows blobs of allowed images, and no manifest here names this one.",
                blob.ToString());
        }

        throw Refused(policy, image, verdict, verdict.Images is [var first, ..] ? first.Manifest.ToString() : blob.ToString());
    }

    /// <summary>Whether a blob may be had from there: for who wants it elsewhere.</summary>
    public async Task<bool> AllowsAsync(
        HttpContext context, Served served, RepositoryName name, Digest blob, CancellationToken cancellationToken) =>
        await FindRefusalAsync(context, served, name, blob, cancellationToken) is null;

    private async Task<(TrustPolicyRecord Policy, PulledImage Image, TrustVerdict? Verdict)?> FindRefusalAsync(
        HttpContext context, Served served, RepositoryName name, Digest blob, CancellationToken cancellationToken)
    {
        var image = ImageOf(context, served, name, null);
        foreach (var policy in await PoliciesOfAsync(context, served, name, cancellationToken))
            if (policy.Settings.Mode is TrustMode.Enforce
                && await trust.JudgeBlobAsync(policy, image, blob, cancellationToken) is not { IsAllowed: true } and var verdict
                && !await IsExemptAsync(context, name, image.Host, cancellationToken))
                return (policy, image, verdict);
        return null;
    }

    // Not who only asks whether something is there: who pushes does that.
    private async ValueTask<IReadOnlyList<TrustPolicyRecord>> PoliciesOfAsync(
        HttpContext context, Served served, RepositoryName name, CancellationToken cancellationToken) =>
        HttpMethods.IsHead(context.Request.Method)
            ? []
            : await trust.FindPoliciesAsync(name, served.Repository, cancellationToken);

    private PulledImage ImageOf(HttpContext context, Served served, RepositoryName name, Tag? tag) =>
        new(address.HostOf(context.Request), name, tag, served.Repository, served.Version);

    // What one's token is for does not matter: clients ask for no more than they need.
    private async Task<bool> IsExemptAsync(
        HttpContext context, RepositoryName name, string host, CancellationToken cancellationToken)
    {
        var caller = context.Caller;
        if (caller.User is null)
            return false;
        if (caller.Role >= RepositoryAction.Push.Least || caller.Owns(name))
            return true;
        if (!ImageReference.TryParse($"{host}/{name}", out var image))
            return false;
        var all = await services.ListAsync(new(Conjunction.Everything, [], MostServices, 0), cancellationToken);
        return all.Any(service => service.Rights.Admit(caller, image, host));
    }

    private static ProblemException Refused(
        TrustPolicyRecord policy, PulledImage image, TrustVerdict verdict, string reference)
    {
        Measures.PullsRefused.Add(1);
        var separator = reference.Contains(':') ? '@' : ':';
        var id = ImageReference.TryParse($"{image.Host}/{image.Name}{separator}{reference}", out var named)
            ? new ExplanationId(policy.Id, image.Version, named).ToString()
            : null;
        return new(
            ProblemKind.Denied,
            $"The trust policy '{policy.Settings.Name}' does not allow this image to be pulled: {verdict.Why} "
            + $"Explained at /pulp/api/v3/trust/explain/?id={id}",
            id);
    }

    // RFC 9110, 5.6.4: what a quoted text may hold.
    private static string Quoted(string text) => string.Concat(text.Select(c => c switch
    {
        '"' or '\\' => "'",
        < ' ' or > '~' => "?",
        _ => c.ToString(),
    }));
}
