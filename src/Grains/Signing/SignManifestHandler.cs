using OrleansRegistry.Content;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Signing;

/// <summary>Signs one manifest outside of any repository: the signature can be added to one later.</summary>
internal sealed class SignManifestHandler(
    SigningServices services,
    SigningGate gate,
    ISignableReader signable,
    SigningCampaign campaign,
    IContentSets sets) : ITaskHandler
{
    public string Kind => SigningTasks.SignManifestKind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var arguments = context.Read<SignManifestArguments>();
        await gate.RequireAsync(
            new(arguments.Service, arguments.Reference, arguments.Host, Manifest: arguments.Manifest),
            context.CreatedBy,
            cancellationToken);
        var service = await services.RequireAsync(arguments.Service, cancellationToken);
        var (manifest, sha256) = await signable.FindAsync(arguments.Manifest, cancellationToken)
            ?? throw new ProblemException(
                ProblemKind.ManifestUnknown, "The manifest does not exist any more.", arguments.Manifest.ToString());
        var tally = new SigningTally(context, total: 1);
        await campaign.SignAsync(
            new SigningWork(service, context.Id, arguments.Force, [new(manifest, sha256, arguments.Reference)]),
            chunk => tally.AddAsync(chunk, cancellationToken),
            cancellationToken);
        if (tally.HasFailures)
            throw tally.Failed("nothing was stored");
        await tally.EndAsync(CancellationToken.None);
        foreach (var made in await sets.FindStoredAsync([.. tally.Keys.Select(ContentUnit.Signature)], CancellationToken.None))
            context.AddCreated(new ResourceReference(ResourceKind.Signature, made.Id));
    }
}
