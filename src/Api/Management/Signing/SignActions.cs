using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Content;
using OrleansRegistry.Distributions;
using OrleansRegistry.Lists;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management;

/// <summary>Signing: checked now, done by a task. Source: Pulp's REST: repository actions.</summary>
internal sealed class SignActions(
    IListing<RepositoryRecord> repositories,
    IListing<DistributionRecord> distributions,
    IListing<ManifestRecord> manifests,
    IListing<SigningServiceRecord> services,
    SignedUnits units,
    References references,
    SigningHost host,
    SigningGate gate,
    Dispatch dispatch)
{
    public async Task<IResult> SignRepositoryAsync(
        Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var repository = await repositories.GetAsync(id, cancellationToken);
        var values = await SignBodies.Repository.ReadAsync(context.Request, references, cancellationToken);
        var service = values.Get<ResourceReference?>(SignBodies.Service, null)?.Id
            ?? repository.Settings.SigningService
            ?? throw RefusedException.Field(
                SignBodies.Service, "This field is required, for the repository has no signing service of its own.");
        var basePath = await BasePathAsync(id, values.Find<string>(SignBodies.BasePath), cancellationToken);
        var self = host.Get();
        var name = $"{self}/{basePath}";
        if (!ImageReference.TryParse(name, out _))
            throw RefusedException.Field(
                PulpError.WholeObject,
                $"Signatures would name images '{name}', which no client can pull by; set Listen:PublicUrl.");
        await gate.RequireAsync(new(service, name, self, Repository: id), context.Caller, cancellationToken);
        var (tags, digests) = await units.ReadAsync(id, values, cancellationToken);
        return await dispatch.SendAsync(SigningTasks.Sign(new(
            id,
            service,
            name,
            tags,
            digests,
            values.Get(SignBodies.Force, false),
            values.Get(SignBodies.AllOrNothing, false),
            self,
            values.Get(SignBodies.Untagged, false))));
    }

    public async Task<IResult> SignManifestAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        await manifests.GetAsync(id, cancellationToken);
        var values = await SignBodies.Manifest.ReadAsync(context.Request, references, cancellationToken);
        var service = values.Get<ResourceReference?>(SignBodies.Service, null)
            ?? throw RefusedException.Field(SignBodies.Service, "This field may not be null.");
        if ((await services.GetAsync(service.Id, cancellationToken)).Kind is SigningKind.Cosign)
            throw RefusedException.Field(
                SignBodies.Service, "What cosign signs is attached to an image in a repository: sign it there.");
        var (reference, self) = (values.Get(SignBodies.Reference, ""), host.Get());
        await gate.RequireAsync(new(service.Id, reference, self, Manifest: id), context.Caller, cancellationToken);
        return await dispatch.SendAsync(SigningTasks.SignManifest(new(
            id, service.Id, reference, values.Get(SignBodies.Force, false), self)));
    }

    // One distribution says what clients call the content; without it, or with several, somebody must.
    private async Task<string> BasePathAsync(Guid repository, string? given, CancellationToken cancellationToken)
    {
        var serving = await distributions.ListAsync(
            new(Match.Of("repository", new ResourceReference(ResourceKind.Repository, repository)), [], 2, 0),
            cancellationToken);
        if (serving is [var only])
            return given is null
                ? only.Settings.BasePath
                : throw RefusedException.Field(
                    SignBodies.BasePath,
                    $"The repository is distributed as '{only.Settings.BasePath}', which signatures name; this field must "
                    + "be absent.");
        return given is null
            ? throw RefusedException.Field(
                SignBodies.BasePath,
                "This field is required: signatures name the image by its base path, and the repository has "
                + $"{(serving.Count == 0 ? "no distribution" : "several distributions")}.")
            : RepositoryName.TryParse(given, out _)
                ? given
                : throw RefusedException.Field(SignBodies.BasePath, "This value is no base path.");
    }
}
