using OrleansRegistry.Tasks;

namespace OrleansRegistry.Signing;

/// <summary>Signs what somebody chose of a repository.</summary>
internal sealed class SignHandler(
    SigningServices services, SigningGate gate, SigningSelection selection, RepositorySigning signing) : ITaskHandler
{
    public string Kind => SigningTasks.SignKind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var arguments = context.Read<SignArguments>();
        var repository = arguments.Repository;
        if (await signing.NameVersionAsync(context))
            return; // an earlier attempt got this far
        await gate.RequireAsync(
            new(arguments.Service, arguments.Name, arguments.Host, Repository: repository),
            context.CreatedBy,
            cancellationToken);
        var service = await services.RequireAsync(arguments.Service, cancellationToken);
        var targets = await selection.FindAsync(
            repository, arguments.Name, arguments.Tags, arguments.Manifests, arguments.Untagged, cancellationToken);
        await signing.SignAsync(service, arguments, targets, context, cancellationToken);
    }
}
