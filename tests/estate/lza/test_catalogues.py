"""Stack sets and portfolios of an Accelerator's configuration, which the universal one has none of."""

import pytest

from config.capabilities.service_catalog import SERVICE_CATALOG, catalog_account
from config.capabilities.stack_sets import STACK_SETS
from estate.lza.importing import convert
from estate.lza.reading import LzaError, read
from tests.estate.lza.conftest import take

TOPIC = "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"
CUSTOMIZATIONS = """\
customizations:
  cloudFormationStackSets:
    - name: Meadow-topic
      description: A topic in each account.
      template: templates/topic.yaml
      deploymentTargets: {organizationalUnits: [Work/Live], accounts: [Network]}
      regions: [eu-central-1]
      capabilities: [CAPABILITY_NAMED_IAM, CAPABILITY_AUTO_EXPAND]
      parameters: [{name: Color, value: green}]
      operationPreferences: {maxConcurrentPercentage: 50, failureToleranceCount: 1}
  serviceCatalogPortfolios:
    - name: Meadow-web
      account: SharedServices
      regions: [eu-central-1]
      provider: Platform team
      shareTargets: {organizationalUnits: [Work/Live]}
      portfolioAssociations:
        - {type: Role, name: CatalogUser, propagateAssociation: true}
        - {type: User, name: somebody}
      products:
        - name: Meadow-topic
          owner: Platform
          description: A topic.
          versions:
            - {name: first, template: templates/topic.yaml}
            - {name: v2, template: templates/topic.yaml}
          constraints: {tagUpdate: true}
"""


@pytest.fixture
def source(changed):
    found = changed("network-config.yaml")
    (found / "templates").mkdir()
    (found / "templates/topic.yaml").write_text(TOPIC)
    (found / "customizations-config.yaml").write_text(CUSTOMIZATIONS)
    return found


def test_stack_sets_are_those_of_ous(source, tmp_path):
    found = take(source, tmp_path / "config")
    assert [str(problem) for problem in found.problems if problem.severity == "error"] == []
    stack_set = STACK_SETS.of(found.organization)["topic"]
    assert (stack_set.name, stack_set.template) == ("Meadow-topic", TOPIC)
    assert [node.selector for node in stack_set.targets] == ["ou:work/live"]
    assert (stack_set.regions, stack_set.parameters) == (("eu-central-1",), {"Color": "green"})
    assert stack_set.capabilities == ("CAPABILITY_NAMED_IAM",)
    assert stack_set.max_concurrent_percentage == 50
    differs = " ".join(found.result("customizations", "customizations.cloudFormationStackSets").differs)
    for text in ("account:network", "CAPABILITY_AUTO_EXPAND", "in per cent"):
        assert text in differs


def test_portfolios_are_shared_by_whoever_administers_service_catalog(source, tmp_path):
    found = take(source, tmp_path / "config")
    assert catalog_account(found.organization).slug == "shared-services"
    portfolio = SERVICE_CATALOG.of(found.organization)["web"]
    assert [node.selector for node in portfolio.shared_with] == ["ou:work/live"]
    assert portfolio.written.roles == ("CatalogUser",)
    product = portfolio.products["topic"]
    assert (product.template, product.versions) == (TOPIC, {"v2": TOPIC})
    differs = " ".join(found.result("customizations", "customizations.serviceCatalogPortfolios").differs)
    for text in ("the user somebody", "Called v1", "constraints but that of the role"):
        assert text in differs


def test_a_template_that_is_not_there_is_refused(source):
    (source / "templates/topic.yaml").unlink()
    with pytest.raises(LzaError, match="which is not there"):
        convert(read(source, {}), name=None, slug=None, ids={})
