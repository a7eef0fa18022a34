using System.Globalization;
using OrleansRegistry.Access;
using OrleansRegistry.Journal;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>pulls/</c>: who pulled what. For administrators: it says what people do.</summary>
internal static class PullEndpoints
{
    private static readonly Shape<PullRecord> Shape = new(
        "Pull",
        CommonFields.Text<PullRecord>("image", pull => pull.Manifest.ToString()),
        CommonFields.Text<PullRecord>("repository", pull => Address.Href(ResourceKind.Repository, pull.Repository)),
        CommonFields.Text<PullRecord>("repository_name", pull => pull.RepositoryName),
        CommonFields.Text<PullRecord>("base_path", pull => pull.Name),
        CommonFields.TextOrNull<PullRecord>("tag", pull => pull.Tag?.ToString()),
        CommonFields.HrefOrNull<PullRecord>("user", ResourceKind.User, pull => pull.User),
        CommonFields.TextOrNull<PullRecord>("username", pull => pull.User is null ? null : pull.UserName),
        CommonFields.Text<PullRecord>("address", pull => pull.Address),
        CommonFields.Text<PullRecord>("day", pull => pull.Day.ToString("O", CultureInfo.InvariantCulture)),
        new("count", Schema.Integer, pull => pull.Count),
        new("first_pulled", Schema.Time, pull => PulpJson.Time(pull.First)),
        new("last_pulled", Schema.Time, pull => PulpJson.Time(pull.Last)));

    public static void MapPulls(this OperationMap operations)
    {
        var journal = operations.Get<IPullJournal>();
        operations.MapList(new ListOf<PullRecord>("pulls", ResourceTable.Root + "pulls/", Shape)
        {
            Before = context => journal.FlushAsync(context.RequestAborted),
            Least = Role.Admin,
        });
    }
}
